import { sameShape, sizeOf } from '@capas/core';
import type { VectorKernel } from '../vector-kernel.ts';

/** Of bools of one shape. */
const kernel = (name: string): VectorKernel => ({
  name,
  run: ({ unit, inputs: { a, b }, stock }) => {
    const size = sizeOf(a!.shape);
    if (a!.dtype !== 'bool' || b!.dtype !== 'bool' || size === 0 || !sameShape(a!.shape, b!.shape)) return stock();
    const out = unit.output(a!.shape, 'bool');
    unit.run[name]!(unit.address(a!), unit.address(b!), unit.address(out), 1, size);
    return out;
  },
});

export const logicalKernels: readonly VectorKernel[] = ['LogicalAnd', 'LogicalOr'].map(kernel);
