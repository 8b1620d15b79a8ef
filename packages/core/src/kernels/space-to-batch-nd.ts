import { batchToSpaceND } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensor/shape.ts';
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
};
