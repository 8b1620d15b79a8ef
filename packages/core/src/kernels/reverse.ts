import { reverse as flip } from '@tensorflow/tfjs-core';
import { axesOf } from './gradient-helpers.ts';
import { emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The elements in the opposite order along the axes `dims`. */
export const reverse: KernelSpec<'x'> = {
  name: 'Reverse',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }) => x,
  gradient: { run: ({ dy, attrs: { dims } }) => ({ x: () => flip(dy, dims as number[]) }) },
  lower: ({ builder, inputs: { x }, attrs }) =>
    emitOne(builder, 'reverse', [x], { axes: axesOf('Reverse', attrs.dims, builder.typeOf(x).shape.length) }),
};
