import { add, range, reshape, type Tensor, transpose, unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { recordSlices } from '../gradient-slices.ts';
import { positiveAxis } from '../tensor/shape.ts';
import { sizeBetween, zerosOf } from './gradient-helpers.ts';
import { castTo, emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The items of `x` along `axis` named by `indices`; the first `batchDims` axes of both belong together. */
export const gatherV2: KernelSpec<'x' | 'indices'> = {
  name: 'GatherV2',
  inputs: ['x', 'indices'],
  kind: 'gather',
  infer: ({ x, indices }, attrs) => {
    const axis = positiveAxis('GatherV2', attrs.axis as number, x.shape.length);
    const batchDims = (attrs.batchDims as number | undefined) ?? 0;
    return {
      shape: [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)],
      dtype: x.dtype,
    };
  },
  gradient: {
    saves: { inputs: ['x', 'indices'] },
    run: ({ dy, inputs: { x, indices }, attrs }) => ({
      x: () => {
        const axis = positiveAxis('GatherV2', attrs.axis as number, x.rank);
        return scatterBack(dy, x.shape, indices, axis, (attrs.batchDims as number | undefined) ?? 0);
      },
      indices: () => zerosOf(indices.shape),
    }),
  },
  lower: ({ builder, inputs: { x, indices }, attrs }) =>
    emitOne(builder, 'gather', [x, castTo(builder, indices, 'int32')], {
      axis: positiveAxis('GatherV2', attrs.axis as number, builder.typeOf(x).shape.length),
      batchDims: (attrs.batchDims as number | undefined) ?? 0,
    }),
};

/**
 * Adds each slice of `dy` where it was taken from. With `x` as `[batch, outer, length, inner]` and `dy` as
 * `[batch, outer, taken, inner]`, the sum goes over segments `batch · length + index` of the rows `[outer, inner]`.
 */
function scatterBack(dy: Tensor, shape: number[], indices: Tensor, axis: number, batchDims: number): Tensor {
  const batch = sizeBetween(shape, 0, batchDims);
  const outer = sizeBetween(shape, batchDims, axis);
  const length = shape[axis]!;
  const inner = sizeBetween(shape, axis + 1, shape.length);
  const taken = sizeBetween(indices.shape, batchDims, indices.rank);
  const order = [0, 2, 1, 3];
  const slices = reshape(dy, [batch, outer, taken, inner]);
  const rows = reshape(outer === 1 ? slices : transpose(slices, order), [batch * taken, outer, inner]);
  const flat = reshape(indices, [batch, taken]);
  const offsets = reshape(range(0, batch * length, length, 'int32'), [batch, 1]);
  const segments = reshape(batch === 1 ? flat : add(flat, offsets), [batch * taken]);
  const sums = unsortedSegmentSum(rows, segments as never, batch * length);
  const aligned = reshape(sums, [batch, length, outer, inner]);
  const gradient = reshape(outer === 1 ? aligned : transpose(aligned, order), shape);
  if (batch === 1 && outer === 1) recordSlices(gradient, segments, rows);
  return gradient;
}
