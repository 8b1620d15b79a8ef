import type { KernelSpec } from './spec.ts';

/** The gradient of `ResizeNearestNeighbor` as one kernel; ours is composed. */
export const resizeNearestNeighborGrad: KernelSpec<'images' | 'dy'> = {
  name: 'ResizeNearestNeighborGrad',
  inputs: ['images', 'dy'],
  kind: 'scatter',
  infer: ({ images }) => ({ shape: images.shape, dtype: 'float32' }),
};
