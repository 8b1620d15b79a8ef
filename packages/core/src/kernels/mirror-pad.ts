import { add, pad, reshape, reverse, slice, type Tensor } from '@tensorflow/tfjs-core';
import { sizeBetween } from './gradient-helpers.ts';
import { emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `x` continued by its mirror image; `reflect` does not repeat the elements at the border, `symmetric` does. */
export const mirrorPad: KernelSpec<'x'> = {
  name: 'MirrorPad',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, { paddings }) => ({
    shape: (paddings as [number, number][]).map(([before, after], i) => before + x.shape[i]! + after),
    dtype: x.dtype,
  }),
  gradient: {
    run: ({ dy, attrs: { paddings, mode } }) => ({
      x: () =>
        (paddings as [number, number][]).reduce(
          (gradient, [before, after], axis) => fold(gradient, axis, before, after, mode === 'reflect' ? 1 : 0),
          reshape(dy, dy.shape),
        ),
    }),
  },
  lower: ({ builder, inputs: { x }, attrs }) =>
    emitOne(builder, 'mirrorPad', [x], { pads: attrs.paddings as [number, number][], mode: attrs.mode as string }),
};

/** Adds the borders of an axis back to where they were mirrored from, `apart` elements away from the edge. */
function fold(x: Tensor, axis: number, before: number, after: number, apart: number): Tensor {
  if (before + after === 0) return x;
  const outer = sizeBetween(x.shape, 0, axis);
  const inner = sizeBetween(x.shape, axis + 1, x.rank);
  const length = x.shape[axis]! - before - after;
  const rows = reshape(x, [outer, x.shape[axis]!, inner]);
  const part = (start: number, count: number): Tensor => slice(rows, [0, start, 0], [outer, count, inner]);
  const mirrored = (start: number, count: number, at: number): Tensor =>
    pad(reverse(part(start, count), 1), [
      [0, 0],
      [at, length - at - count],
      [0, 0],
    ]);
  let total = part(before, length);
  if (before) total = add(total, mirrored(0, before, apart));
  if (after) total = add(total, mirrored(before + length, after, length - apart - after));
  return reshape(total, x.shape.with(axis, length));
}
