import { spaceToBatchND } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensor/shape.ts';
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
};
