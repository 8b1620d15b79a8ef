import { bilinearTaps } from './resize-geometry.ts';
import { lowerResizeGradient } from './resize-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The gradient of `ResizeBilinear` as one kernel; ours is composed. */
export const resizeBilinearGrad: KernelSpec<'images' | 'dy'> = {
  name: 'ResizeBilinearGrad',
  inputs: ['images', 'dy'],
  kind: 'scatter',
  infer: ({ images }) => ({ shape: images.shape, dtype: 'float32' }),
  lower: lowerResizeGradient(bilinearTaps),
};
