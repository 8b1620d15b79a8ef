import type { SpaceKernel } from './space.ts';
import { combine } from './strided.ts';

/** `max(a, b)`; NaN if either is. tfjs's WASM kernel returns the number where only `b` is NaN. */
export const maximum: SpaceKernel = {
  name: 'Maximum',
  run: ({ space, inputs: { a, b } }) => combine(space, a!, b!, a!.dtype, (x, y) => Math.max(x, y)),
};

/** `min(a, b)`; NaN if either is. */
export const minimum: SpaceKernel = {
  name: 'Minimum',
  run: ({ space, inputs: { a, b } }) => combine(space, a!, b!, a!.dtype, (x, y) => Math.min(x, y)),
};

/** `⌊a / b⌋`, of the dtype of `a`. tfjs's JavaScript kernel gives int32 for float32. */
export const floorDiv: SpaceKernel = {
  name: 'FloorDiv',
  run: ({ space, inputs: { a, b } }) => combine(space, a!, b!, a!.dtype, (x, y) => Math.floor(x / y)),
};

/** `x` where it is at least 0, else `alpha · x`, broadcast. tfjs's WASM kernel broadcasts the last axis only. */
export const prelu: SpaceKernel = {
  name: 'Prelu',
  run: ({ space, inputs: { x, alpha } }) =>
    combine(space, x!, alpha!, 'float32', (value, slope) => (value >= 0 ? value : value * slope)),
};
