import { lowerBincount } from './bincount-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `Bincount` of each row; with `binaryOutput` whether each number is there at all. */
export const denseBincount: KernelSpec<'x' | 'weights'> = {
  name: 'DenseBincount',
  inputs: ['x', 'weights'],
  kind: 'scatter',
  infer: ({ x, weights }, { size }) => ({ shape: [...x.shape.slice(0, -1), size as number], dtype: weights.dtype }),
  lower: lowerBincount,
};
