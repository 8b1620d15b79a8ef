import { ArgumentError } from '../../errors.ts';
import { bytesOf, definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { rowMajor, viewElements } from '../strided.ts';
import { requireAxis } from './axes.ts';

/** `size` elements along `axis` from `start` (an int32 scalar), which is moved to where they all are inside `x`. */
export const dynamicSlice: Primitive = definePrimitive({
  name: 'dynamicSlice',
  arity: 2,
  attributes: { axis: 'integer', size: 'integer' },
  infer: ([x, start], { axis, size }) => {
    const { shape } = x!;
    requireAxis('dynamicSlice', axis, shape);
    requireDType('dynamicSlice', 'start', start!, 'int32');
    if (start!.shape.length) throw new ArgumentError('dynamicSlice', 'start', 'a scalar', start);
    if (size < 0 || size > shape[axis]!) {
      throw new ArgumentError('dynamicSlice', 'size', `from 0 to ${shape[axis]}`, size);
    }
    return [{ ...x!, shape: shape.with(axis, size) }];
  },
  evaluate: ([x, start], { axis, size }, [output]) => {
    const { shape } = x!.type;
    const strides = rowMajor(shape);
    const from = Math.max(0, Math.min(start!.data[0]!, shape[axis]! - size));
    return [viewElements(output!, x!.data, { offset: from * strides[axis]!, strides })];
  },
  bytes: ([, start], _, [output]) => bytesOf(start!) + 2 * bytesOf(output!),
});
