import { ShapeError, showShape } from '../../errors.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { rowMajor, viewElements } from '../strided.ts';
import { requirePerAxis } from './axes.ts';

/** `size[i]` elements along axis `i`: those at `begin[i]`, `begin[i] + strides[i]` … Strides are at least 1. */
export const slice: Primitive = definePrimitive({
  name: 'slice',
  arity: 1,
  attributes: { begin: 'integers', size: 'integers', strides: 'integers' },
  infer: ([x], { begin, size, strides }) => {
    const { shape } = x!;
    for (const [name, list] of Object.entries({ begin, size, strides })) requirePerAxis('slice', name, list, shape);
    const fits = shape.every((dim, axis) => {
      const [start, count, stride] = [begin[axis]!, size[axis]!, strides[axis]!];
      return count >= 0 && stride >= 1 && (count === 0 || (start >= 0 && start + (count - 1) * stride < dim));
    });
    if (fits) return [{ ...x!, shape: size }];
    throw new ShapeError(
      `slice: ${showShape(size)} elements from ${showShape(begin)} with strides ${showShape(strides)} are not inside ` +
        `${showShape(shape)}.`,
    );
  },
  evaluate: ([x], { begin, strides }, [output]) => {
    const steps = rowMajor(x!.type.shape);
    const offset = begin.reduce((sum, start, axis) => sum + start * steps[axis]!, 0);
    return [viewElements(output!, x!.data, { offset, strides: steps.map((step, axis) => step * strides[axis]!) })];
  },
});
