import { ShapeError, showShape } from '../../errors.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { slicePlaces } from './slice-places.ts';

/**
 * The slices of `x` that each row of the int32 `indices` `[…rows, depth]` names by its place along the first `depth` axes:
 * `y` is `[…rows, …x after depth]`.
 *
 * Each index lies on its axis; the evaluation throws at others. (tfjs's `GatherNd` checks only the place in memory.)
 */
export const gatherNd: Primitive = definePrimitive({
  name: 'gatherNd',
  arity: 2,
  attributes: {},
  infer: ([x, indices]) => {
    requireDType('gatherNd', 'indices', indices!, 'int32');
    const depth = indices!.shape.at(-1);
    if (depth === undefined || depth > x!.shape.length) {
      const shapes = `${showShape(indices!.shape)} for x ${showShape(x!.shape)}`;
      throw new ShapeError(
        `gatherNd: expected indices [...rows, depth] with depth up to the rank, received ${shapes}.`,
      );
    }
    return [{ ...x!, shape: [...indices!.shape.slice(0, -1), ...x!.shape.slice(depth)] }];
  },
  evaluate: ([x, indices], _, [type]) => {
    const length = sizeOf(x!.type.shape.slice(indices!.type.shape.at(-1)!));
    const result = allocate(type!);
    slicePlaces('gatherNd', indices!, x!.type.shape).forEach((place, row) => {
      result.set(x!.data.subarray(place * length, (place + 1) * length), row * length);
    });
    return [result];
  },
});
