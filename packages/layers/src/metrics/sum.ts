import { ops, type Tensor, type TensorLike, toTensor, type Variable } from '@capas/core';
import { accumulate, Metric, type MetricConfig } from './metric.ts';
import { sampleValues } from './sample-values.ts';

/**
 * The sum of values, weighted.
 *
 * @see Keras 3, `keras/src/metrics/reduction_metrics.py`, `Sum`
 * @example
 * const metric = sum();
 * metric.updateState([1, 3], [1, 2]);
 * metric.result(); // 7
 */
export class Sum<Name extends string = 'sum'> extends Metric<Name> {
  static override readonly className: string = 'Sum';
  readonly #total: Variable = this.addVariable('total', []);

  /** Adds values, any shape `[batch, …]` or a scalar, and their weights. */
  override updateState(values: TensorLike, sampleWeight?: TensorLike): void {
    this.inScope(() => {
      const weight = sampleWeight === undefined ? undefined : toTensor(sampleWeight, 'float32', this.name);
      this.update(toTensor(values, 'float32', this.name), weight);
    });
  }

  protected override update(values: Tensor, sampleWeight: Tensor | undefined): void {
    accumulate(this.#total, ops.sum(sampleValues(values, sampleWeight, 'sum').values));
  }

  protected override compute(): Tensor {
    return ops.copy(this.#total);
  }
}

/** Short for `new Sum(config)`. */
export const sum = <const Name extends string = 'sum'>(config: MetricConfig<Name> = {}): Sum<Name> => new Sum(config);
