import { reshape, stridedSlice } from '@tensorflow/tfjs-core';
import type { KernelSpec } from './spec.ts';

/** The elements of `x` on the diagonal of zeros, with twice the rank of `x`. */
export const diag: KernelSpec<'x'> = {
  name: 'Diag',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }) => ({ shape: [...x.shape, ...x.shape], dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x } }) => ({
      x: () => reshape(stridedSlice(reshape(dy, [dy.size]), [0], [dy.size], [x.size + 1]), x.shape),
    }),
  },
};
