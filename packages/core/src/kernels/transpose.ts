import { transpose as permute } from '@tensorflow/tfjs-core';
import { transposeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The axes in the order `perm`. */
export const transpose: KernelSpec<'x'> = {
  name: 'Transpose',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, { perm }) => ({ shape: (perm as number[]).map((axis) => x.shape[axis]!), dtype: x.dtype }),
  gradient: {
    run: ({ dy, attrs }) => {
      const perm = attrs.perm as number[];
      return {
        x: () =>
          permute(
            dy,
            perm.map((_, axis) => perm.indexOf(axis)),
          ),
      };
    },
  },
  lower: ({ builder, inputs: { x }, attrs }) => transposeTo(builder, x, attrs.perm as number[]),
};
