import { reshape, slice } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import { emitOne, reshapeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Tensors of one shape stacked along a new axis. */
export const pack: KernelSpec = {
  name: 'Pack',
  inputs: 'list',
  kind: 'movement',
  infer: (inputs, attrs) => {
    const { shape, dtype } = inputs[0]!;
    const axis = positiveAxis('Pack', attrs.axis as number, shape.length + 1);
    return { shape: shape.toSpliced(axis, 0, Object.keys(inputs).length), dtype };
  },
  gradient: {
    run: ({ dy, attrs }) => {
      const axis = positiveAxis('Pack', attrs.axis as number, dy.rank);
      const origin = new Array<number>(dy.rank).fill(0);
      const item = dy.shape.toSpliced(axis, 1);
      return Object.fromEntries(
        Array.from({ length: dy.shape[axis]! }, (_, i) => [
          i,
          () => reshape(slice(dy, origin.with(axis, i), dy.shape.with(axis, 1)), item),
        ]),
      );
    },
  },
  lower: ({ builder, inputList, attrs, outputs: [output] }) => {
    const axis = positiveAxis('Pack', attrs.axis as number, output!.shape.length);
    const parts = inputList.map((part) => reshapeTo(builder, part, output!.shape.with(axis, 1)));
    return parts.length === 1 ? parts : emitOne(builder, 'concat', parts, { axis });
  },
};
