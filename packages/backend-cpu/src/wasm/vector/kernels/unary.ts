import { sizeOf } from '@capas/core';
import type { VectorKernel } from '../vector-kernel.ts';
import { unaryNames } from '../vector-module.ts';

/** Functions of each element of a float32 tensor. */
export const unaryKernels: readonly VectorKernel[] = unaryNames.map((name) => ({
  name,
  run: ({ unit, inputs: { x }, stock }) => {
    const size = sizeOf(x!.shape);
    if (x!.dtype !== 'float32' || size === 0) return stock();
    const out = unit.output(x!.shape);
    unit.run[name]!(unit.address(x!), unit.address(out), 1, size);
    return out;
  },
}));
