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

  /** Takes in a batch of float32: its moments are joined with those so far, by the numbers of elements behind them. */
  add({ data, shape }: HostArray): void {
    const values = data as Float32Array;
    const features = this.mean.length;
    const each = values.length / features;
    const feature = featuresOf(shape, this.#keptAxes);
    const mean = new Float64Array(features);
    const variance = new Float64Array(features);
    for (let i = 0; i < values.length; i++) mean[feature[i % feature.length]!]! += values[i]!;
    for (let f = 0; f < features; f++) mean[f]! /= each;
    for (let i = 0; i < values.length; i++) {
      const f = feature[i % feature.length]!;
      variance[f]! += (values[i]! - mean[f]!) ** 2;
    }
    this.#count += each;
    const share = each / this.#count;
    for (let f = 0; f < features; f++) {
      const joined = this.mean[f]! * (1 - share) + mean[f]! * share;
      this.variance[f] =
        (this.variance[f]! + (this.mean[f]! - joined) ** 2) * (1 - share) +
        (variance[f]! / each + (mean[f]! - joined) ** 2) * share;
      this.mean[f] = joined;
    }
  }
}

/** Which feature each element belongs to: of one row, which the others repeat, unless rows are features. */
function featuresOf(shape: Shape, keptAxes: readonly number[]): Int32Array {
  const repeated = keptAxes[0] === 0 ? shape : shape.slice(1);
  const axes = repeated === shape ? keptAxes : keptAxes.map((axis) => axis - 1);
  const strides = axes.map((axis) => sizeOf(repeated.slice(axis + 1)));
  const indexOf = (place: number): number =>
    axes.reduce((index, axis, i) => index * repeated[axis]! + (Math.floor(place / strides[i]!) % repeated[axis]!), 0);
  return Int32Array.from({ length: sizeOf(repeated) }, (_, place) => indexOf(place));
}
