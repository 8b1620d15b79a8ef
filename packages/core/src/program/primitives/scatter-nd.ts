import { ShapeError, showShape } from '../../errors.ts';
import { sameShape, sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { slicePlaces } from './slice-places.ts';

/**
 * `base`, or zeros of `shape` without one, with the slices `updates` `[…rows, …shape after depth]` at the places that the
 * int32 `indices` `[…rows, depth]` name along the first `depth` axes: added (`mode: 'add'`) or put there
 * (`mode: 'update'`), in order of the rows, so that of several for one place the last stays.
 *
 * Bit-equal to tfjs's `ScatterNd`, `TensorScatterUpdate` and `SparseToDense` on its cpu backend: sums in float32. Each
 * index lies on its axis; the evaluation throws at others.
 */
export const scatterNd: Primitive = definePrimitive({
  name: 'scatterNd',
  arity: [2, 3],
  attributes: { shape: 'integers', mode: ['add', 'update'] },
  infer: ([indices, updates, base], { shape, mode }) => {
    requireDType('scatterNd', 'indices', indices!, 'int32');
    if (mode === 'add') requireDType('scatterNd', 'updates', updates!, 'float32', 'int32');
    if (base) requireDType('scatterNd', 'base', base, updates!.dtype);
    const depth = indices!.shape.at(-1);
    const expected = [...indices!.shape.slice(0, -1), ...shape.slice(depth)];
    if (depth === undefined || depth > shape.length || !sameShape(updates!.shape, expected)) {
      const shapes = `${showShape(indices!.shape)} and ${showShape(updates!.shape)} for ${showShape(shape)}`;
      throw new ShapeError(
        `scatterNd: expected indices [...rows, depth] and updates [...rows, ...shape after depth], received ${shapes}.`,
      );
    }
    if (base && !sameShape(base.shape, shape)) {
      throw new ShapeError(`scatterNd: the base has shape ${showShape(base.shape)}, expected ${showShape(shape)}.`);
    }
    return [{ shape, dtype: updates!.dtype }];
  },
  evaluate: ([indices, updates, base], { shape, mode }, [type]) => {
    const length = sizeOf(shape.slice(indices!.type.shape.at(-1)));
    const result = base ? base.data.slice() : allocate(type!);
    slicePlaces('scatterNd', indices!, shape).forEach((place, row) => {
      const slice = updates!.data.subarray(row * length, (row + 1) * length);
      if (mode === 'update') result.set(slice, place * length);
      else for (let i = 0; i < length; i++) result[place * length + i]! += slice[i]!;
    });
    return [result];
  },
  flops: ([, updates], { mode }) => (mode === 'add' ? sizeOf(updates!.shape) : 0),
});
