import { allToNarrowFloat, NARROW_KERNEL, type NarrowFloat } from '@capas/core';
import type { VectorKernel } from '../vector-kernel.ts';

/** Rounding to a format of 16 bits, in JavaScript on the memory of WASM: no vector instruction does it. */
export const narrow: VectorKernel = {
  name: NARROW_KERNEL,
  run: ({ unit, inputs: { x }, attrs }) => {
    const out = unit.output(x!.shape, 'float32');
    unit.values(out).set(allToNarrowFloat(unit.values(x!), attrs.format as NarrowFloat));
    return out;
  },
};
