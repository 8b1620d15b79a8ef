import { sizeOf } from '@capas/core';
import type { VectorKernel } from '../vector-kernel.ts';

/** Bools and whole numbers to float32. */
export const castToFloat: VectorKernel = {
  name: 'Cast',
  run: ({ unit, inputs: { x }, attrs, stock }) => {
    const size = sizeOf(x!.shape);
    const name = x!.dtype === 'bool' ? 'bytesToFloats' : 'integersToFloats';
    if (attrs.dtype !== 'float32' || (x!.dtype !== 'bool' && x!.dtype !== 'int32') || size === 0) return stock();
    const out = unit.output(x!.shape);
    unit.run[name]!(unit.address(x!), unit.address(out), 1, size);
    return out;
  },
};
