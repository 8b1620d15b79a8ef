import { reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';

/** Sums a gradient over the axes that broadcasting added or stretched, so that it has the shape of the input again. */
export function reduceToShape(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  const reduced = axes.length ? sum(gradient, axes) : gradient;
  return reshape(reduced, [...shape]);
}
