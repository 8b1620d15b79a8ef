import { type Tensor, type TensorLike, toTensor } from '@capas/core';
import { Metric, type MetricConfig } from './metric.ts';
import { RunningMean } from './running-mean.ts';

/**
 * The mean of values, weighted: as that of the losses of batches.
 *
 * @see Keras 3, `keras/src/metrics/reduction_metrics.py`, `Mean`
 * @example
 * const metric = mean();
 * metric.updateState([1, 3], [1, 0]);
 * metric.result(); // 1
 */
export class Mean<Name extends string = 'mean'> extends Metric<Name> {
  static override readonly className: string = 'Mean';
  readonly #mean = new RunningMean((name) => this.addVariable(name, []));

  /** Adds values, any shape `[batch, …]` or a scalar, and their weights. */
  override updateState(values: TensorLike, sampleWeight?: TensorLike): void {
    this.inScope(() => {
      const weight = sampleWeight === undefined ? undefined : toTensor(sampleWeight, 'float32', this.name);
      this.update(toTensor(values, 'float32', this.name), weight);
    });
  }

  protected override update(values: Tensor, sampleWeight: Tensor | undefined): void {
    this.#mean.add(values, sampleWeight);
  }

  protected override compute(): Tensor {
    return this.#mean.mean;
  }
}

/** Short for `new Mean(config)`. */
export const mean = <const Name extends string = 'mean'>(config: MetricConfig<Name> = {}): Mean<Name> =>
  new Mean(config);
