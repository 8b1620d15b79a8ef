import { reshape, transpose } from '@tensorflow/tfjs-core';
import { reshapeTo, transposeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Channels put side by side as blocks of pixels: `[batch, h, w, b b c]` becomes `[batch, h b, w b, c]`. */
export const depthToSpace: KernelSpec<'x'> = {
  name: 'DepthToSpace',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x: { shape, dtype } }, { blockSize }) => {
    const block = blockSize as number;
    const [batch, height, width, channels] = shape as [number, number, number, number];
    return { shape: [batch, height * block, width * block, channels / (block * block)], dtype };
  },
  gradient: {
    run: ({ dy, attrs: { blockSize } }) => ({
      x: () => {
        const block = blockSize as number;
        const [batch, height, width, channels] = dy.shape as [number, number, number, number];
        const [rows, columns] = [height / block, width / block];
        const blocks = transpose(reshape(dy, [batch, rows, block, columns, block, channels]), [0, 1, 3, 2, 4, 5]);
        return reshape(blocks, [batch, rows, columns, block * block * channels]);
      },
    }),
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) => {
    const block = attrs.blockSize as number;
    const [batch, height, width, channels] = builder.typeOf(x).shape as [number, number, number, number];
    const split = reshapeTo(builder, x, [batch, height, width, block, block, channels / (block * block)]);
    return reshapeTo(builder, transposeTo(builder, split, [0, 1, 3, 2, 4, 5]), output!.shape);
  },
};
