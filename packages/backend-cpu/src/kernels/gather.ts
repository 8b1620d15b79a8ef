import { ArgumentError, sizeOf } from '@capas/core';
import type { SpaceKernel } from './space.ts';

/**
 * Slices of `x` along `axis`, at `indices`; the first `batchDims` axes of both are gone through together. tfjs's WASM
 * kernel is wrong with batches, its JavaScript kernel slow.
 *
 * @throws ArgumentError if an index is out of range.
 */
export const gather: SpaceKernel = {
  name: 'GatherV2',
  run: ({ space, inputs: { x, indices }, attrs }) => {
    const batchDims = (attrs.batchDims as number | undefined) ?? 0;
    const given = attrs.axis as number;
    const axis = given < 0 ? given + x!.shape.length : given;
    const size = x!.shape[axis]!;
    const batch = sizeOf(x!.shape.slice(0, batchDims));
    const outer = sizeOf(x!.shape.slice(batchDims, axis));
    const inner = sizeOf(x!.shape.slice(axis + 1));
    const count = sizeOf(indices!.shape.slice(batchDims));
    const shape = [...x!.shape.slice(0, axis), ...indices!.shape.slice(batchDims), ...x!.shape.slice(axis + 1)];
    const out = space.output(shape, x!.dtype);
    const ids = space.array(indices!);
    const source = space.array(x!);
    const target = space.array(out);
    for (let i = 0; i < ids.length; i++)
      if (!(ids[i]! >= 0 && ids[i]! < size))
        throw new ArgumentError('gather', 'indices', `indices from 0 to ${size - 1} of axis ${axis}`, ids[i]);
    for (let b = 0, to = 0; b < batch; b++) {
      for (let o = 0; o < outer; o++) {
        const start = (b * outer + o) * size * inner;
        for (let i = b * count; i < (b + 1) * count; i++, to += inner) {
          const from = start + ids[i]! * inner;
          if (inner < 16) for (let j = 0; j < inner; j++) target[to + j] = source[from + j]!;
          else target.set(source.subarray(from, from + inner), to);
        }
      }
    }
    return out;
  },
};
