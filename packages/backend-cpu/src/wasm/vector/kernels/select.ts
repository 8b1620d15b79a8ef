import { sameShape, sizeOf } from '@capas/core';
import type { VectorKernel } from '../vector-kernel.ts';

/** `t` where `condition`, else `e`, for operands of one shape. */
export const select: VectorKernel = {
  name: 'Select',
  run: ({ unit, inputs: { condition, t, e }, stock }) => {
    const size = sizeOf(t!.shape);
    const isWide = (dtype: string): boolean => dtype === 'float32' || dtype === 'int32';
    if (size === 0 || !sameShape(condition!.shape, t!.shape) || !isWide(t!.dtype) || e!.dtype !== t!.dtype)
      return stock();
    const out = unit.output(t!.shape, t!.dtype);
    unit.run.select!(unit.address(condition!), unit.address(t!), unit.address(e!), unit.address(out), 1, size);
    return out;
  },
};
