import type { DType } from '../tensor/dtype.ts';
import type { KernelSpec } from './spec.ts';

/** `start`, `start + step` … up to `stop`, which is left out. */
export const range: KernelSpec<never> = {
  name: 'Range',
  inputs: [],
  kind: 'source',
  infer: (_, attrs) => {
    const { start, stop, step, dtype } = attrs as { start: number; stop: number; step: number; dtype?: DType };
    return { shape: [Math.max(0, Math.ceil((stop - start) / step))], dtype: dtype ?? 'float32' };
  },
};
