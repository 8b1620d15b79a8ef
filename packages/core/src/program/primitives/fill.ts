import { ArgumentError } from '../../errors.ts';
import { isOfType } from '../expression-type.ts';
import { allocate, definePrimitive, type Primitive } from '../primitive.ts';
import { requireShape } from './axes.ts';

/** The same value everywhere. */
export const fill: Primitive = definePrimitive({
  name: 'fill',
  arity: 0,
  attributes: { shape: 'integers', value: 'number', dtype: 'dtype' },
  infer: (_, { shape, value, dtype }) => {
    requireShape('fill', shape);
    if (!isOfType(value, dtype)) throw new ArgumentError('fill', 'value', `a number of ${dtype}`, value);
    return [{ shape, dtype }];
  },
  evaluate: (_, { value }, [output]) => [allocate(output!).fill(value)],
});
