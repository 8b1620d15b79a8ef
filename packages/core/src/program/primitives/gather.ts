import { ShapeError, showShape } from '../../errors.ts';
import { sameShape, sizeOf } from '../../tensor/shape.ts';
import { allocate, bytesOf, definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { requireIndex } from './geometry.ts';

/**
 * The items of `x` along `axis` that `indices` (int32) name. The first `batchDims` axes of both are the same and belong
 * together, so `y` is `[…x up to axis, …indices after batchDims, …x after axis]`.
 *
 * Indices lie in `0 … length - 1`; the evaluation throws at others, as tfjs's `GatherV2` does.
 */
export const gather: Primitive = definePrimitive({
  name: 'gather',
  arity: 2,
  attributes: { axis: 'integer', batchDims: 'integer' },
  infer: ([x, indices], { axis, batchDims }) => {
    requireDType('gather', 'indices', indices!, 'int32');
    const fits = batchDims >= 0 && batchDims <= axis && axis < x!.shape.length && batchDims <= indices!.shape.length;
    if (!fits || !sameShape(x!.shape.slice(0, batchDims), indices!.shape.slice(0, batchDims))) {
      const shapes = `x ${showShape(x!.shape)} and indices ${showShape(indices!.shape)}`;
      throw new ShapeError(
        `gather: axis ${axis} and batchDims ${batchDims} do not fit ${shapes}: expected 0 <= batchDims <= axis < rank, and the same batch axes.`,
      );
    }
    const taken = indices!.shape.slice(batchDims);
    return [{ ...x!, shape: [...x!.shape.slice(0, axis), ...taken, ...x!.shape.slice(axis + 1)] }];
  },
  evaluate: ([x, indices], { axis, batchDims }, [type]) => {
    const { shape } = x!.type;
    const [batch, outer] = [sizeOf(shape.slice(0, batchDims)), sizeOf(shape.slice(batchDims, axis))];
    const [length, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
    const taken = sizeOf(indices!.type.shape.slice(batchDims));
    for (const index of indices!.data) requireIndex('gather', index, length);
    const result = allocate(type!);
    let to = 0;
    for (let row = 0; row < batch * outer; row++) {
      const first = Math.floor(row / outer) * taken;
      for (let i = first; i < first + taken; i++, to += inner) {
        const from = (row * length + indices!.data[i]!) * inner;
        result.set(x!.data.subarray(from, from + inner), to);
      }
    }
    return [result];
  },
  bytes: ([, indices], _, [output]) => bytesOf(indices!) + 2 * bytesOf(output!),
});
