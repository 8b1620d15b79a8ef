import { ShapeError, showShape } from '../../errors.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive, requireDType } from '../primitive.ts';

/**
 * `y[i] = Σ values[j]` over all `j` with `ids[j] = i`: `values` `[n, …rest]` summed by the int32 `ids` `[n]` into
 * `[size, …rest]`. Rows with an id below 0 or from `size` on are left out.
 *
 * Bit-equal to the kernel `UnsortedSegmentSum` of ours on every backend: each row is added in the dtype of the values, one
 * after the other. (That of tfjs adds up in float64, and a NaN or an infinity there makes all segments NaN.)
 */
export const scatterAdd: Primitive = definePrimitive({
  name: 'scatterAdd',
  arity: 2,
  attributes: { size: 'integer' },
  infer: ([ids, values], { size }) => {
    requireDType('scatterAdd', 'ids', ids!, 'int32');
    requireDType('scatterAdd', 'values', values!, 'float32', 'int32');
    if (ids!.shape.length !== 1 || values!.shape[0] !== ids!.shape[0] || size < 0) {
      const shapes = `${showShape(ids!.shape)} and ${showShape(values!.shape)}, size ${size}`;
      throw new ShapeError(`scatterAdd: expected ids [n], values [n, ...rest] and size >= 0, received ${shapes}.`);
    }
    return [{ ...values!, shape: [size, ...values!.shape.slice(1)] }];
  },
  evaluate: ([ids, values], { size }, [type]) => {
    const length = sizeOf(type!.shape.slice(1));
    const sums = allocate(type!);
    ids!.data.forEach((id, row) => {
      if (id < 0 || id >= size) return;
      for (let i = 0; i < length; i++) sums[id * length + i]! += values!.data[row * length + i]!;
    });
    return [sums];
  },
  flops: ([, values]) => sizeOf(values!.shape),
});
