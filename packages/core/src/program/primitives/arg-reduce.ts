import { sizeOf } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive } from '../primitive.ts';
import { rowsAlong } from '../strided.ts';
import { requireAxis } from './axes.ts';

/**
 * The place of the largest or smallest element along `axis`, which goes from the shape: int32. Of equal elements, the first;
 * NaN counts only in the first place, where nothing is larger or smaller.
 */
export const argReduce: Primitive = definePrimitive({
  name: 'argReduce',
  arity: 1,
  attributes: { kind: ['max', 'min'], axis: 'integer' },
  infer: ([x], { axis }) => {
    requireAxis('argReduce', axis, x!.shape);
    return [{ shape: x!.shape.toSpliced(axis, 1), dtype: 'int32' }];
  },
  evaluate: ([x], { kind, axis }, [output]) => {
    const { data, length } = rowsAlong(x!, [axis]);
    const result = allocate(output!);
    const sign = kind === 'max' ? 1 : -1;
    for (let row = 0; row < result.length; row++) {
      const start = row * length;
      let best = 0;
      for (let i = 1; i < length; i++) if (sign * data[start + i]! > sign * data[start + best]!) best = i;
      result[row] = best;
    }
    return [result];
  },
  flops: ([x]) => sizeOf(x!.shape),
});
