import { ArgumentError } from '../../errors.ts';
import { isOfType } from '../expression-type.ts';
import { allocate, definePrimitive, type Primitive, requireDType } from '../primitive.ts';

/** `on` at the place that an id (int32) names along a new last axis of length `depth`, `off` elsewhere; other ids name none. */
export const oneHot: Primitive = definePrimitive({
  name: 'oneHot',
  arity: 1,
  attributes: { depth: 'integer', on: 'number', off: 'number', dtype: 'dtype' },
  infer: ([ids], { depth, on, off, dtype }) => {
    requireDType('oneHot', 'ids', ids!, 'int32');
    if (depth < 0) throw new ArgumentError('oneHot', 'depth', 'at least 0', depth);
    for (const [name, value] of Object.entries({ on, off })) {
      if (!isOfType(value, dtype)) throw new ArgumentError('oneHot', name, `a number of ${dtype}`, value);
    }
    return [{ shape: [...ids!.shape, depth], dtype }];
  },
  evaluate: ([ids], { depth, on, off }, [output]) => {
    const result = allocate(output!).fill(off);
    ids!.data.forEach((id, i) => {
      if (id >= 0 && id < depth) result[i * depth + id] = on;
    });
    return [result];
  },
});
