import { ops, type Tensor } from '@capas/core';

/** Binary labels moved towards 0.5. */
export const smoothBinary = (yTrue: Tensor, amount: number): Tensor =>
  amount === 0 ? yTrue : ops.add(ops.multiply(yTrue, 1 - amount), amount / 2);

/** One-hot labels moved towards the same share of every class of the last axis. */
export const smoothOneHot = (yTrue: Tensor, amount: number): Tensor =>
  amount === 0 ? yTrue : ops.add(ops.multiply(yTrue, 1 - amount), amount / (yTrue.shape.at(-1) ?? 1));
