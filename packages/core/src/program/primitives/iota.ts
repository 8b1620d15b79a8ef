import { allocate, definePrimitive, type Primitive } from '../primitive.ts';
import { rowMajor } from '../strided.ts';
import { requireAxis, requireShape } from './axes.ts';

/** Each element is its place along `axis`: int32. */
export const iota: Primitive = definePrimitive({
  name: 'iota',
  arity: 0,
  attributes: { shape: 'integers', axis: 'integer' },
  infer: (_, { shape, axis }) => {
    requireShape('iota', shape);
    requireAxis('iota', axis, shape);
    return [{ shape, dtype: 'int32' }];
  },
  evaluate: (_, { shape, axis }, [output]) => {
    const result = allocate(output!);
    const stride = rowMajor(shape)[axis]!;
    for (let i = 0; i < result.length; i++) result[i] = Math.floor(i / stride) % shape[axis]!;
    return [result];
  },
});
