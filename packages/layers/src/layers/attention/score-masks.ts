import { ops, type Tensor } from '@capas/core';

/** `[1, queries, keys]`: true where the key stands at the place of the query or before it. */
export const causalMask = (queries: number, keys: number): Tensor =>
  ops.greaterEqual(places(queries, [1, queries, 1]), places(keys, [1, 1, keys]));

/** `[1, queries, keys]`: true where the key stands less than `window` places from the query, on either side. */
export const windowMask = (queries: number, keys: number, window: number): Tensor =>
  ops.less(ops.abs(ops.subtract(places(queries, [1, queries, 1]), places(keys, [1, 1, keys]))), window);

const places = (count: number, shape: readonly number[]): Tensor =>
  ops.reshape(ops.arange(count, { dtype: 'int32' }), shape);

/** The masks that there are, together: true where all are; `undefined` if there is none. */
export const everyMask = (masks: readonly (Tensor | undefined)[]): Tensor | undefined =>
  masks.reduce((all, mask) => (all && mask ? ops.logicalAnd(all, mask) : (all ?? mask)), undefined);
