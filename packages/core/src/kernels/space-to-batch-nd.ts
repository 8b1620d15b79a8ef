import { batchToSpaceND } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensor/shape.ts';
import { emitOne, reshapeTo, transposeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The pixels of each block of a padded image dealt out to batches of their own. */
export const spaceToBatchND: KernelSpec<'x'> = {
  name: 'SpaceToBatchND',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x: { shape, dtype } }, attrs) => {
    const block = attrs.blockShape as number[];
    const paddings = attrs.paddings as [number, number][];
    const spatial = block.map((size, i) => (paddings[i]![0] + shape[i + 1]! + paddings[i]![1]) / size);
    return { shape: [shape[0]! * sizeOf(block), ...spatial, ...shape.slice(1 + block.length)], dtype };
  },
  gradient: {
    run: ({ dy, attrs: { blockShape, paddings } }) => ({
      x: () => batchToSpaceND(dy, blockShape as number[], paddings as number[][]),
    }),
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) => {
    const block = attrs.blockShape as number[];
    const rest = builder.typeOf(x).shape.length - 1 - block.length;
    const pads = [[0, 0], ...(attrs.paddings as [number, number][]), ...new Array<number[]>(rest).fill([0, 0])];
    const padded = emitOne(builder, 'pad', [x], { pads, value: 0 });
    const [batch, ...sizes] = builder.typeOf(padded).shape as [number, ...number[]];
    // [batch, size / block, block, …]: the places within a block go before the batch
    const split = sizes.flatMap((size, i) => (i < block.length ? [size / block[i]!, block[i]!] : [size]));
    const within = block.map((_, i) => 2 + 2 * i);
    const blocks = block.map((_, i) => 1 + 2 * i);
    const tail = Array.from({ length: rest }, (_, i) => 1 + 2 * block.length + i);
    const dealt = transposeTo(builder, reshapeTo(builder, padded, [batch, ...split]), [
      ...within,
      0,
      ...blocks,
      ...tail,
    ]);
    return reshapeTo(builder, dealt, output!.shape);
  },
};
