import { ShapeError, showShape } from '../../errors.ts';
import { broadcastShapes, sameShape } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { broadcastStrides, viewElements } from '../strided.ts';

/** `x` repeated along axes of size 1, and along new axes before the first, to `shape`. */
export const broadcast: Primitive = definePrimitive({
  name: 'broadcast',
  arity: 1,
  attributes: { shape: 'integers' },
  infer: ([x], { shape }) => {
    if (!sameShape(broadcastShapes('broadcast', x!.shape, shape), shape)) {
      throw new ShapeError(`broadcast: ${showShape(x!.shape)} cannot be repeated to ${showShape(shape)}.`);
    }
    return [{ ...x!, shape }];
  },
  evaluate: ([x], { shape }, [output]) => [
    viewElements(output!, x!.data, { offset: 0, strides: broadcastStrides(x!.type.shape, shape) }),
  ],
});
