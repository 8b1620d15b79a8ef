import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { inferSoftmax, shiftedExponentials } from './shifted-exponentials.ts';

/**
 * `y = eˣ / Σ eˣ` along the last axis, from `x` less its maximum.
 *
 * Bit-equal to tfjs's `Softmax` on its cpu backend: each step is rounded to float32, the sum is float64.
 */
export const softmax: Primitive = definePrimitive({
  name: 'softmax',
  arity: 1,
  attributes: {},
  infer: ([x]) => [inferSoftmax('softmax', x!)],
  evaluate: ([x]) => {
    const { exponentials, sums, length } = shiftedExponentials(x!);
    return [exponentials.map((value, i) => value / sums[Math.floor(i / length)]!)];
  },
  // maximum, difference, exponential, sum, quotient
  flops: ([x]) => 5 * sizeOf(x!.shape) - 2 * sizeOf(x!.shape.slice(0, -1)),
});
