import { type HostArray, type Shape, sizeOf } from '@capas/core';

/** Mean and variance of features over data that comes in batches, kept in double precision. */
export class FeatureMoments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  #count = 0;
  readonly #keptAxes: readonly number[];

  /** @param keptAxes the axes of the features, in ascending order; the others are averaged over */
  constructor(keptAxes: readonly number[], featureShape: Shape) {
    this.#keptAxes = keptAxes;
    this.mean = new Float64Array(sizeOf(featureShape));
    this.variance = new Float64Array(sizeOf(featureShape));
  }

  /** Takes in a batch: its moments are joined with those so far, by the numbers of elements behind them. */
  add(batch: HostArray): void {
    const features = this.mean.length;
    const each = batch.size / features;
    const feature = featureOf(batch.shape, this.#keptAxes);
    const mean = new Float64Array(features);
    const variance = new Float64Array(features);
    for (let i = 0; i < batch.size; i++) mean[feature(i)]! += batch.get(i) / each;
    for (let i = 0; i < batch.size; i++) variance[feature(i)]! += (batch.get(i) - mean[feature(i)]!) ** 2 / each;
    this.#count += each;
    const share = each / this.#count;
    for (let f = 0; f < features; f++) {
      const joined = this.mean[f]! * (1 - share) + mean[f]! * share;
      this.variance[f] =
        (this.variance[f]! + (this.mean[f]! - joined) ** 2) * (1 - share) +
        (variance[f]! + (mean[f]! - joined) ** 2) * share;
      this.mean[f] = joined;
    }
  }
}

/** Which feature an element belongs to, by its place. */
function featureOf(shape: Shape, keptAxes: readonly number[]): (place: number) => number {
  const strides = keptAxes.map((axis) => sizeOf(shape.slice(axis + 1)));
  return (place) =>
    keptAxes.reduce((index, axis, i) => index * shape[axis]! + (Math.floor(place / strides[i]!) % shape[axis]!), 0);
}
