import { sameShape, sizeOf } from '@capas/core';
import type { SpaceKernel } from './space.ts';
import { combine } from './strided.ts';

const comparison = (name: string, holds: (a: number, b: number) => boolean): SpaceKernel => ({
  name,
  run: ({ space, inputs: { a, b }, stock }) => {
    if (sameShape(a!.shape, b!.shape) || sizeOf(a!.shape) === 1 || sizeOf(b!.shape) === 1) return stock();
    return combine(space, a!, b!, 'bool', (x, y) => Number(holds(x, y)));
  },
});

/** Comparisons that broadcast: tfjs's WASM kernels work out every index anew there, ten times slower. */
export const comparisons: readonly SpaceKernel[] = [
  comparison('Equal', (a, b) => a === b),
  comparison('NotEqual', (a, b) => a !== b),
  comparison('Greater', (a, b) => a > b),
  comparison('GreaterEqual', (a, b) => a >= b),
  comparison('Less', (a, b) => a < b),
  comparison('LessEqual', (a, b) => a <= b),
  comparison('LogicalAnd', (a, b) => a !== 0 && b !== 0),
  comparison('LogicalOr', (a, b) => a !== 0 || b !== 0),
];
