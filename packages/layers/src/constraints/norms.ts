import { config, ops, type Tensor } from '@capas/core';

/** Along which axes the norm of a weight is taken. */
export interface AxisConfig {
  /**
   * The axis or axes of one vector: 0 for a dense kernel (the inputs of each unit), `[0, 1, 2]` for a kernel of a 2D
   * convolution. @defaultValue 0
   */
  readonly axis?: number | readonly number[];
}

/** The Euclidean norms along the axes, which stay with size 1. */
export const normsAlong = (w: Tensor, axis: number | readonly number[]): Tensor =>
  ops.sqrt(ops.sum(ops.square(w), { axis, keepdims: true }));

/** `w` with each vector, whose norm is given, stretched to the length `desired`. */
export const rescale = (w: Tensor, norms: Tensor, desired: Tensor): Tensor =>
  ops.multiply(w, ops.divide(desired, ops.add(norms, config.epsilon())));
