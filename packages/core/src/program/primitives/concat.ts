import { ShapeError, showShape } from '../../errors.ts';
import { sameShape } from '../../tensor/shape.ts';
import { allocate, definePrimitive, type Primitive, requireDType } from '../primitive.ts';
import { copyElements, rowMajor } from '../strided.ts';
import { requireAxis } from './axes.ts';

/** The inputs behind each other along `axis`; their other dimensions are the same. */
export const concat: Primitive = definePrimitive({
  name: 'concat',
  arity: [1, Number.POSITIVE_INFINITY],
  attributes: { axis: 'integer' },
  infer: (inputs, { axis }) => {
    const [{ shape, dtype }] = inputs as [(typeof inputs)[0]];
    requireAxis('concat', axis, shape);
    inputs.forEach((input, i) => {
      requireDType('concat', `inputs[${i}]`, input, dtype);
      if (input.shape.length !== shape.length || !sameShape(input.shape.with(axis, 0), shape.with(axis, 0))) {
        throw new ShapeError(
          `concat: input ${i} of shape ${showShape(input.shape)} does not fit to ${showShape(shape)} along axis ${axis}.`,
        );
      }
    });
    const total = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
    return [{ dtype, shape: shape.with(axis, total) }];
  },
  evaluate: (inputs, { axis }, [output]) => {
    const target = allocate(output!);
    const strides = rowMajor(output!.shape);
    let offset = 0;
    for (const { type, data } of inputs) {
      copyElements(type.shape, data, { offset: 0, strides: rowMajor(type.shape) }, target, { offset, strides });
      offset += type.shape[axis]! * strides[axis]!;
    }
    return [target];
  },
});
