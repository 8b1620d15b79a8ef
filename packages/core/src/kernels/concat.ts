import { slice } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import { emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Tensors joined along an axis. */
export const concat: KernelSpec = {
  name: 'Concat',
  inputs: 'list',
  kind: 'movement',
  infer: (inputs, attrs) => {
    const list = Object.values(inputs);
    const [{ shape, dtype }] = list as [(typeof list)[0]];
    const axis = positiveAxis('Concat', attrs.axis as number, shape.length);
    return {
      shape: shape.with(
        axis,
        list.reduce((length, part) => length + part.shape[axis]!, 0),
      ),
      dtype,
    };
  },
  gradient: {
    saves: { inputs: 'all' },
    run: ({ dy, inputList, attrs }) => {
      const axis = positiveAxis('Concat', attrs.axis as number, dy.rank);
      const starts = inputList.map((_, i) => inputList.slice(0, i).reduce((sum, { shape }) => sum + shape[axis]!, 0));
      const origin = new Array<number>(dy.rank).fill(0);
      return Object.fromEntries(
        inputList.map(({ shape }, i) => [i, () => slice(dy, origin.with(axis, starts[i]!), shape)]),
      );
    },
  },
  lower: ({ builder, inputList, attrs, outputs: [output] }) =>
    inputList.length === 1
      ? inputList
      : emitOne(builder, 'concat', inputList, {
          axis: positiveAxis('Concat', attrs.axis as number, output!.shape.length),
        }),
};
