import { sizeOf } from '@capas/core';
import { slice_util } from '@tensorflow/tfjs-core';
import type { SpaceKernel } from './space.ts';
import { copyStrided, stridesOf } from './strided.ts';

/** Every `strides[axis]`-th index from `begin` to `end`, with NumPy's masks. tfjs's kernels throw where nothing is left. */
export const stridedSlice: SpaceKernel = {
  name: 'StridedSlice',
  run: ({ space, inputs: { x }, attrs }) => {
    const { begin, end, strides, ...masks } = attrs as unknown as StridedSliceAttributes;
    const info = slice_util.sliceInfo(
      x!.shape,
      begin,
      end,
      strides,
      masks.beginMask,
      masks.endMask,
      masks.ellipsisMask,
      masks.newAxisMask,
      masks.shrinkAxisMask,
    );
    const shape = info.finalShapeSparse.map((size) => Math.max(size, 0));
    const out = space.output(
      info.finalShape.map((size) => Math.max(size, 0)),
      x!.dtype,
    );
    if (sizeOf(shape) === 0) return out;
    const own = stridesOf(x!.shape);
    const offset = own.reduce((total, stride, axis) => total + stride * info.begin[axis]!, 0);
    const steps = own.map((stride, axis) => stride * info.strides[axis]!);
    copyStrided(space.array(x!), space.array(out), shape, steps, offset);
    return out;
  },
};

interface StridedSliceAttributes {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}
