import { ShapeError, showShape } from '../../errors.ts';
import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';

/** The same elements under another shape of the same size. */
export const reshape: Primitive = definePrimitive({
  name: 'reshape',
  arity: 1,
  attributes: { shape: 'integers' },
  infer: ([x], { shape }) => {
    if (sizeOf(shape) !== sizeOf(x!.shape) || shape.some((dim) => dim < 0)) {
      throw new ShapeError(`reshape: ${showShape(x!.shape)} cannot be reshaped to ${showShape(shape)}.`);
    }
    return [{ ...x!, shape }];
  },
  evaluate: ([x]) => [x!.data],
});
