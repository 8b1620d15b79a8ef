import { ops, type Tensor } from '@capas/core';
import { sameShapes } from '../losses/shapes.ts';
import type { MetricConfig } from './metric.ts';
import { Metric } from './metric.ts';
import { RunningMean } from './running-mean.ts';

/**
 * The square root of the mean of the squared errors.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/metrics/regression_metrics.py`, `RootMeanSquaredError`
 * @example
 * const metric = rootMeanSquaredError();
 * metric.updateState([[0], [1]], [[2], [1]]);
 * metric.result(); // √2 = 1.414
 */
export class RootMeanSquaredError<Name extends string = 'root_mean_squared_error'> extends Metric<Name> {
  static override readonly className: string = 'RootMeanSquaredError';
  override readonly direction = 'down' as const;
  readonly #mean = new RunningMean((name) => this.addVariable(name, []));

  protected override update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void {
    const [truth, prediction] = sameShapes('RootMeanSquaredError', ops.cast(yTrue, 'float32'), yPred);
    this.#mean.add(ops.square(ops.subtract(prediction, truth)), sampleWeight);
  }

  protected override compute(): Tensor {
    return ops.sqrt(this.#mean.mean);
  }
}

/** Short for `new RootMeanSquaredError(config)`. */
export const rootMeanSquaredError = <const Name extends string = 'root_mean_squared_error'>(
  config: MetricConfig<Name> = {},
): RootMeanSquaredError<Name> => new RootMeanSquaredError(config);
