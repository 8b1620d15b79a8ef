import { ArgumentError } from '../../errors.ts';
import { isOfType } from '../expression-type.ts';
import { allocate, definePrimitive, type Primitive } from '../primitive.ts';
import { copyElements, rowMajor } from '../strided.ts';
import { requirePerAxis } from './axes.ts';

/** `x` with `pads[i] = [before, after]` elements of `value` around it along axis `i`. */
export const pad: Primitive = definePrimitive({
  name: 'pad',
  arity: 1,
  attributes: { pads: 'pairs', value: 'number' },
  infer: ([x], { pads, value }) => {
    const { shape, dtype } = x!;
    requirePerAxis('pad', 'pads', pads, shape);
    if (pads.flat().some((width) => width < 0)) throw new ArgumentError('pad', 'pads', 'widths of at least 0', pads);
    if (!isOfType(value, dtype)) throw new ArgumentError('pad', 'value', `a number of ${dtype}`, value);
    return [{ dtype, shape: shape.map((dim, axis) => pads[axis]![0] + dim + pads[axis]![1]) }];
  },
  evaluate: ([x], { pads, value }, [output]) => {
    const { type, data } = x!;
    const target = allocate(output!).fill(value);
    const strides = rowMajor(output!.shape);
    const offset = pads.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
    copyElements(type.shape, data, { offset: 0, strides: rowMajor(type.shape) }, target, { offset, strides });
    return [target];
  },
});
