import { lowerBincount } from './bincount-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** How often each of `0 … size - 1` stands in `x`, or the sum of the weights there. */
export const bincount: KernelSpec<'x' | 'weights'> = {
  name: 'Bincount',
  inputs: ['x', 'weights'],
  kind: 'scatter',
  infer: ({ weights }, { size }) => ({ shape: [size as number], dtype: weights.dtype }),
  lower: lowerBincount,
};
