import { reshape, sum } from '@tensorflow/tfjs-core';
import { isMultiple, nearestTaps, resized, scatterAxis } from './resize-geometry.ts';
import { lowerResize } from './resize-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Images `[batch, height, width, channels]` in another size, each pixel the nearest one. */
export const resizeNearestNeighbor: KernelSpec<'images'> = {
  name: 'ResizeNearestNeighbor',
  inputs: ['images'],
  kind: 'gather',
  infer: ({ images }, attrs) => ({ shape: resized(images.shape, attrs), dtype: images.dtype }),
  gradient: {
    saves: { inputs: ['images'] },
    run: ({ dy, inputs: { images }, attrs }) => ({
      images: () => {
        const [batch, height, width, channels] = images.shape as [number, number, number, number];
        if (!attrs.alignCorners && isMultiple(dy.shape, images.shape)) {
          const blocks = [batch, height, dy.shape[1]! / height, width, dy.shape[2]! / width, channels];
          return sum(reshape(dy, blocks), [2, 4]);
        }
        return [1, 2].reduce((gradient, axis) => {
          const [from, to] = [images.shape[axis]!, dy.shape[axis]!];
          return scatterAxis(gradient, axis, nearestTaps(from, to, attrs), from);
        }, dy);
      },
    }),
  },
  lower: lowerResize('nearest'),
};
