import { reshape, stridedSlice } from '@tensorflow/tfjs-core';
import { callOf, inputOf, numberOf } from '../program/expression.ts';
import { sizeOf } from '../tensor/shape.ts';
import { emitOne, reshapeTo } from './lowering.ts';
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
  lower: ({ builder, inputs: { x }, outputs: [output] }) => {
    const { shape } = builder.typeOf(x);
    const size = sizeOf(shape);
    const [rows, columns] = [0, 1].map((axis) => emitOne(builder, 'iota', [], { shape: [size, size], axis }));
    const onDiagonal = callOf('eq', inputOf(0), inputOf(1));
    const flat = reshapeTo(builder, x, [size]);
    const matrix = builder.map(callOf('select', onDiagonal, inputOf(2), numberOf(0)), rows!, columns!, flat);
    return reshapeTo(builder, matrix, output!.shape);
  },
};
