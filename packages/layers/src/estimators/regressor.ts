import { ArgumentError, type HostArray, sizeOf, type TensorLike } from '@capas/core';
import type { InputData } from '../training/data-adapter.ts';
import { Estimator, type EstimatorConfig } from './estimator.ts';
import { hostArray } from './rows.ts';

/**
 * Predicts numbers: one for each sample, or an array.
 *
 * @see Keras 3, `keras/src/wrappers/sklearn_wrapper.py`
 * @example
 * const estimator = regressor({ model: ({ inputShape, numOutputs }) => build(inputShape, numOutputs), epochs: 20 });
 * await (await estimator.fit(x, y)).score(x, y); // R²
 */
export class Regressor<Params extends object = object> extends Estimator<TensorLike, Params> {
  #sampleShape: readonly number[] = [];

  override async fit(x: InputData, y: TensorLike): Promise<this> {
    const values = await hostArray('Regressor.fit', 'y', y);
    const sampleShape = values.shape.slice(1);
    await this.build(x, sizeOf(sampleShape));
    this.#sampleShape = sampleShape;
    await this.train(x, values.rank === 1 ? values.reshape([values.length, 1]) : values);
    return this;
  }

  /** What the model gives for each sample, in the shape of the `y` of `fit`. */
  async predict(x: InputData): Promise<HostArray> {
    const output = await this.outputs(x);
    return output.reshape([output.length, ...this.#sampleShape]);
  }

  /** R²: 1 − the squared errors by those of the mean, the mean over outputs; 1 is perfect. */
  override async score(x: InputData, y: TensorLike): Promise<number> {
    const wanted = await hostArray('Regressor.score', 'y', y);
    const predicted = await this.predict(x);
    if (wanted.size !== predicted.size)
      throw new ArgumentError('Regressor.score', 'y', `an array of shape [${predicted.shape.join(', ')}]`, y);
    const outputs = sizeOf(this.#sampleShape);
    let sum = 0;
    for (let output = 0; output < outputs; output++) {
      const column = (array: HostArray): number[] =>
        Array.from({ length: array.length }, (_, row) => Number(array.data[row * outputs + output]));
      sum += r2(column(wanted), column(predicted));
    }
    return sum / outputs;
  }

  override clone(): Regressor<Params> {
    return new Regressor(this.getParams());
  }
}

/** Of values that are all the same: 1 if they are predicted, else 0. */
function r2(wanted: readonly number[], predicted: readonly number[]): number {
  const mean = wanted.reduce((sum, value) => sum + value, 0) / wanted.length;
  const errors = wanted.reduce((sum, value, i) => sum + (value - predicted[i]!) ** 2, 0);
  const spread = wanted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (spread === 0) return errors === 0 ? 1 : 0;
  return 1 - errors / spread;
}

/** Short for `new Regressor(config)`. */
export const regressor = <Params extends object = object>(config: EstimatorConfig<Params>): Regressor<Params> =>
  new Regressor(config);
