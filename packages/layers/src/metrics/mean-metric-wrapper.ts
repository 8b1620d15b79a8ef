import type { Tensor } from '@capas/core';
import { mergeMask } from '../losses/reduction.ts';
import { maskOf } from '../masking.ts';
import { Metric, type MetricConfig } from './metric.ts';
import { RunningMean } from './running-mean.ts';

/** A function that may stand for a metric: from tensors to the values of the samples, written in `ops`. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * The mean over all samples of what a function says of each.
 *
 * @see Keras 3, `keras/src/metrics/reduction_metrics.py`, `MeanMetricWrapper`
 * @example
 * const bias = new MeanMetricWrapper((yTrue, yPred) => ops.subtract(yPred, yTrue), { name: 'bias' });
 */
export class MeanMetricWrapper<
  Name extends string = string,
  Config extends MetricConfig<Name> = MetricConfig<Name>,
> extends Metric<Name, Config> {
  static override readonly className: string = 'MeanMetricWrapper';
  readonly fn: MetricFunction;
  readonly #mean = new RunningMean((name) => this.addVariable(name, []));

  constructor(fn: MetricFunction, config: Config = {} as Config) {
    super(config);
    this.fn = fn;
  }

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const values = this.fn(yTrue, yPred);
    this.#mean.add(values, mergeMask(sampleWeight, maskOf(yPred), 'sum'));
  }

  protected override compute(): Tensor {
    return this.#mean.mean;
  }
}
