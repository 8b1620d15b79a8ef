import { sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive } from '../primitive.ts';
import { rowsAlong, transposed } from '../strided.ts';
import { accumulatorOf, requireAxis } from './axes.ts';

/**
 * The sum or product of all elements up to each along `axis`; `exclusive` leaves out the element itself, `reverse` starts at
 * the end. Every step is rounded.
 */
export const scan: Primitive = definePrimitive({
  name: 'scan',
  arity: 1,
  attributes: { kind: ['sum', 'prod'], axis: 'integer', exclusive: 'boolean', reverse: 'boolean' },
  infer: ([x], { axis }) => {
    requireAxis('scan', axis, x!.shape);
    return [{ shape: x!.shape, dtype: accumulatorOf(x!.dtype) }];
  },
  evaluate: ([x], { kind, axis, exclusive, reverse }, [output]) => {
    const { data, length, perm } = rowsAlong(x!, [axis]);
    const result = allocate(output!);
    const combine = kind === 'sum' ? (a: number, b: number) => a + b : (a: number, b: number) => a * b;
    const step = reverse ? -1 : 1;
    for (let row = 0; row < result.length; row += length) {
      let at = reverse ? row + length - 1 : row;
      result[at] = exclusive ? (kind === 'sum' ? 0 : 1) : data[at]!;
      for (let i = 1; i < length; i++, at += step) {
        result[at + step] = combine(data[exclusive ? at : at + step]!, result[at]!);
      }
    }
    const rows = { type: { ...output!, shape: perm.map((from) => x!.type.shape[from]!) }, data: result };
    const back = perm.map((_, place) => perm.indexOf(place));
    return [transposed(rows, back)];
  },
  flops: ([x]) => sizeOf(x!.shape),
});
