import { positiveAxis, sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive } from '../primitive.ts';

/**
 * `x` sorted along `axis`, and the int32 places where the elements stood. Of equal elements the one with the smaller
 * place comes first, in both directions. NaN counts as larger than all numbers.
 *
 * Bit-equal to tfjs's `TopK` on its cpu backend with `descending` (which leaves the order open where there are NaN).
 */
export const sort: Primitive = definePrimitive({
  name: 'sort',
  arity: 1,
  attributes: { axis: 'integer', descending: 'boolean' },
  infer: ([x], { axis }) => {
    positiveAxis('sort', axis, x!.shape.length);
    return [x!, { shape: x!.shape, dtype: 'int32' }];
  },
  evaluate: ([x], { axis, descending }, [type]) => {
    const { shape } = x!.type;
    const along = positiveAxis('sort', axis, shape.length);
    const [length, step] = [shape[along]!, sizeOf(shape.slice(along + 1))];
    const [values, places] = [allocate(type!), new Int32Array(sizeOf(shape))];
    for (let row = 0; row < places.length / length; row++) {
      const start = Math.floor(row / step) * length * step + (row % step);
      const at = (place: number): number => x!.data[start + place * step]!;
      const order = Array.from({ length }, (_, i) => i);
      order.sort(descending ? (a, b) => compare(at(b), at(a)) : (a, b) => compare(at(a), at(b)));
      order.forEach((place, i) => {
        values[start + i * step] = at(place);
        places[start + i * step] = place;
      });
    }
    return [values, places];
  },
  flops: ([x], { axis }) => sizeOf(x!.shape) * Math.ceil(Math.log2(Math.max(1, x!.shape.at(axis)!))),
});

/** Below 0 where `a` comes first. `a - b` would be NaN for two equal infinities. */
const compare = (a: number, b: number): number =>
  a < b ? -1 : a > b ? 1 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
