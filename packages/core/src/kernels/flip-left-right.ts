import { reverse } from '@tensorflow/tfjs-core';
import { emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Images `[batch, height, width, channels]` mirrored left to right. */
export const flipLeftRight: KernelSpec<'image'> = {
  name: 'FlipLeftRight',
  inputs: ['image'],
  kind: 'movement',
  infer: ({ image }) => image,
  gradient: { run: ({ dy }) => ({ image: () => reverse(dy, 2) }) },
  lower: ({ builder, inputs: { image } }) => emitOne(builder, 'reverse', [image], { axes: [2] }),
};
