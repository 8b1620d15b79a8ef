import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { rowMajor, viewElements } from '../strided.ts';
import { requireAxes } from './axes.ts';

/** The elements in the opposite order along `axes`. */
export const reverse: Primitive = definePrimitive({
  name: 'reverse',
  arity: 1,
  attributes: { axes: 'integers' },
  infer: ([x], { axes }) => {
    requireAxes('reverse', 'axes', axes, x!.shape);
    return [x!];
  },
  evaluate: ([x], { axes }, [output]) => {
    const { shape } = x!.type;
    if (sizeOf(shape) === 0) return [x!.data];
    const strides = rowMajor(shape);
    const offset = axes.reduce((sum, axis) => sum + (shape[axis]! - 1) * strides[axis]!, 0);
    const turned = strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride));
    return [viewElements(output!, x!.data, { offset, strides: turned })];
  },
});
