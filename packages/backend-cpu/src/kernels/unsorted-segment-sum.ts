import { ShapeError, showShape, sizeOf } from '@capas/core';
import type { SpaceKernel } from './space.ts';

/**
 * Adds each slice of `x` to the slice of the result that `segmentIds` names: `[numSegments, …slice]`. Ids below 0 or
 * from `numSegments` on are left out. One pass over `x`, whatever `numSegments` is.
 *
 * tfjs's shape rule: `segmentIds` has the first axes of `x`; the ids of a slice stand along axis 0.
 */
export const unsortedSegmentSum: SpaceKernel = {
  name: 'UnsortedSegmentSum',
  run: ({ space, inputs, attrs }) => {
    const x = inputs.x!;
    const segmentIds = inputs.segmentIds!;
    const numSegments = attrs.numSegments as number;
    if (segmentIds.shape.some((size, axis) => size !== x.shape[axis]))
      throw new ShapeError(
        `unsortedSegmentSum: the ids of shape ${showShape(segmentIds.shape)} do not fit the first axes of ${showShape(x.shape)}.`,
      );
    const slice = x.shape.slice(segmentIds.shape.length);
    const integer = x.dtype !== 'float32';
    const out = space.output([numSegments, ...slice], integer ? 'int32' : 'float32');
    const source = integer ? space.array(x) : space.of(x).view();
    const target = integer ? space.array(out) : space.of(out).view();
    const ids = space.array(segmentIds);
    const size = sizeOf(slice);
    target.fill(0);
    for (let i = 0, from = 0; i < ids.length; i++, from += size) {
      const id = ids[i]!;
      if (id < 0 || id >= numSegments) continue;
      const to = id * size;
      for (let j = 0; j < size; j++) target[to + j] = target[to + j]! + source[from + j]!;
    }
    return out;
  },
};
