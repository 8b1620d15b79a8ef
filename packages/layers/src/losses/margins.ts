import { ops, type Tensor } from '@capas/core';

/** `max(1 − yTrue · yPred, 0)`: how far predictions are from the right side of the margin. */
export const margins = (yTrue: Tensor, yPred: Tensor): Tensor =>
  ops.maximum(ops.subtract(1, ops.multiply(signs(yTrue), yPred)), 0);

/** Labels as −1 and 1: those that are all 0 or 1 become `2y − 1`; found out by arithmetic, not by reading values. */
function signs(yTrue: Tensor): Tensor {
  const binary = ops.cast(ops.all(ops.logicalOr(ops.equal(yTrue, 0), ops.equal(yTrue, 1))), 'float32');
  return ops.subtract(ops.multiply(yTrue, ops.add(binary, 1)), binary);
}
