import { pad, slice_util } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';
import { sliceOf } from './lowering.ts';
import type { Attributes, KernelSpec } from './spec.ts';

/** `size` elements from `begin` on along each axis; a size of -1 goes to the end. */
export const slice: KernelSpec<'x'> = {
  name: 'Slice',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, attrs) => ({ shape: window(x.shape, attrs).size, dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x }, attrs }) => {
      const { begin, size } = window(x.shape, attrs);
      return {
        x: () =>
          pad(
            dy,
            begin.map((start, i) => [start, x.shape[i]! - start - size[i]!]),
          ),
      };
    },
  },
  lower: ({ builder, inputs: { x }, attrs }) => {
    const { begin, size } = window(builder.typeOf(x).shape, attrs);
    return sliceOf(builder, x, begin, size);
  },
};

function window(shape: Shape, { begin, size }: Attributes): { begin: number[]; size: number[] } {
  const x = { shape: [...shape], dtype: 'float32' as const, dataId: {} };
  const [from, lengths] = slice_util.parseSliceParams(x, begin as number[], size as number[]);
  return { begin: from!, size: lengths! };
}
