import { spaceToBatchND } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensor/shape.ts';
import { reshapeTo, sliceOf, transposeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Batches put together as the pixels of blocks, then cropped: the inverse of `SpaceToBatchND`. */
export const batchToSpaceND: KernelSpec<'x'> = {
  name: 'BatchToSpaceND',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x: { shape, dtype } }, attrs) => {
    const block = attrs.blockShape as number[];
    const crops = attrs.crops as [number, number][];
    const spatial = block.map((size, i) => shape[i + 1]! * size - crops[i]![0] - crops[i]![1]);
    return { shape: [shape[0]! / sizeOf(block), ...spatial, ...shape.slice(1 + block.length)], dtype };
  },
  gradient: {
    run: ({ dy, attrs: { blockShape, crops } }) => ({
      x: () => spaceToBatchND(dy, blockShape as number[], crops as number[][]),
    }),
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) => {
    const block = attrs.blockShape as number[];
    const crops = attrs.crops as [number, number][];
    const { shape } = builder.typeOf(x);
    const batch = shape[0]! / sizeOf(block);
    const count = block.length;
    // [block …, batch, size …]: each place within a block goes behind its axis
    const split = reshapeTo(builder, x, [...block, batch, ...shape.slice(1)]);
    const pairs = block.flatMap((_, i) => [count + 1 + i, i]);
    const tail = Array.from({ length: shape.length - 1 - count }, (_, i) => 2 * count + 1 + i);
    const woven = transposeTo(builder, split, [count, ...pairs, ...tail]);
    const full = [batch, ...block.map((size, i) => size * shape[1 + i]!), ...shape.slice(1 + count)];
    const begin = full.map((_, i) => crops[i - 1]?.[0] ?? 0);
    return sliceOf(builder, reshapeTo(builder, woven, full), begin, output!.shape);
  },
};
