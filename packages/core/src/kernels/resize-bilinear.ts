import { bilinearTaps, resized, spreadTaps } from './resize-geometry.ts';
import { lowerResize } from './resize-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Images `[batch, height, width, channels]` in another size, interpolated along both axes. */
export const resizeBilinear: KernelSpec<'images'> = {
  name: 'ResizeBilinear',
  inputs: ['images'],
  kind: 'gather',
  infer: ({ images }, attrs) => ({ shape: resized(images.shape, attrs), dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['images'] },
    // not by ResizeBilinearGrad, which ignores halfPixelCenters in tfjs
    run: ({ dy, inputs: { images }, attrs }) => ({
      images: () =>
        [1, 2].reduce((gradient, axis) => {
          const [from, to] = [images.shape[axis]!, dy.shape[axis]!];
          return spreadTaps(gradient, axis, bilinearTaps(from, to, attrs), from);
        }, dy),
    }),
  },
  lower: lowerResize('bilinear'),
};
