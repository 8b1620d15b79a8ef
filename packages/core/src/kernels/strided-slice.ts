import { pad, reshape, reverse, slice, slice_util, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';
import { sizeBetween, zerosOf } from './gradient-helpers.ts';
import { emitOne, reshapeTo } from './lowering.ts';
import type { Attributes, KernelSpec } from './spec.ts';

/** Every `strides[i]`-th element from `begin[i]` to `end[i]` along each axis, with NumPy's masks. */
export const stridedSlice: KernelSpec<'x'> = {
  name: 'StridedSlice',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, attrs) => ({ shape: sliceOf(x.shape, attrs).finalShape, dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x }, attrs }) => ({
      x: () => {
        const { begin, end, strides } = sliceOf(x.shape, attrs);
        // of full rank: axes that the masks drop have 1 here, those that they add are left out
        const taken = sizesOf({ begin, end, strides });
        return begin.reduce(
          (gradient, start, axis) => spread(gradient, axis, start, strides[axis]!, x.shape[axis]!),
          reshape(dy, taken),
        );
      },
    }),
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) => {
    const { begin, end, strides } = sliceOf(builder.typeOf(x).shape, attrs);
    const size = sizesOf({ begin, end, strides });
    // a step back is a step forward from the other end, and the result turned around
    const first = begin.map((start, i) => (strides[i]! < 0 ? start + Math.max(0, size[i]! - 1) * strides[i]! : start));
    const taken = emitOne(builder, 'slice', [x], { begin: first, size, strides: strides.map(Math.abs) });
    const axes = strides.flatMap((stride, axis) => (stride < 0 && size[axis]! > 1 ? [axis] : []));
    const turned = axes.length ? emitOne(builder, 'reverse', [taken], { axes }) : taken;
    return reshapeTo(builder, turned, output!.shape);
  },
};

function sliceOf(shape: Shape, attrs: Attributes): slice_util.SliceInfo {
  return slice_util.sliceInfo(
    [...shape],
    attrs.begin as number[],
    attrs.end as number[],
    attrs.strides as number[],
    attrs.beginMask as number,
    attrs.endMask as number,
    attrs.ellipsisMask as number,
    attrs.newAxisMask as number,
    attrs.shrinkAxisMask as number,
  );
}

/** How many elements each axis keeps, before axes are dropped or added. */
const sizesOf = ({ begin, end, strides }: Pick<slice_util.SliceInfo, 'begin' | 'end' | 'strides'>): number[] =>
  slice_util.computeOutShape(begin, end, strides).map((size) => Math.max(0, size));

/** Puts the elements along an axis at `start`, `start + stride` … of an axis of `length`, with zeros between them. */
function spread(x: Tensor, axis: number, start: number, stride: number, length: number): Tensor {
  const count = x.shape[axis]!;
  if (stride < 0) return spread(reverse(x, axis), axis, start + (count - 1) * stride, -stride, length);
  if (count === length) return x;
  if (count === 0) return zerosOf(x.shape.with(axis, length));
  const outer = sizeBetween(x.shape, 0, axis);
  const inner = sizeBetween(x.shape, axis + 1, x.rank);
  const reach = (count - 1) * stride + 1;
  const gap: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ];
  const spaced = reshape(pad(reshape(x, [outer, count, 1, inner]), gap), [outer, count * stride, inner]);
  const placed = pad(slice(spaced, 0, [outer, reach, inner]), [
    [0, 0],
    [start, length - start - reach],
    [0, 0],
  ]);
  return reshape(placed, x.shape.with(axis, length));
}
