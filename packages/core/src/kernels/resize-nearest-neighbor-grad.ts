import { nearestTaps } from './resize-geometry.ts';
import { lowerResizeGradient } from './resize-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The gradient of `ResizeNearestNeighbor` as one kernel; ours is composed. */
export const resizeNearestNeighborGrad: KernelSpec<'images' | 'dy'> = {
  name: 'ResizeNearestNeighborGrad',
  inputs: ['images', 'dy'],
  kind: 'scatter',
  infer: ({ images }) => ({ shape: images.shape, dtype: 'float32' }),
  lower: lowerResizeGradient((from, to, attrs) => {
    const low = nearestTaps(from, to, attrs);
    return { low, high: low, share: low.map(() => 0) };
  }),
};
