import { sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Primitive } from '../primitive.ts';
import { inferSoftmax, shiftedExponentials } from './shifted-exponentials.ts';

/**
 * `y = x - log Σ eˣ` along the last axis, from `x` less its maximum.
 *
 * Bit-equal to `tf.logSoftmax` on tfjs's cpu backend: each step is rounded to float32, the sum is float64.
 */
export const logSoftmax: Primitive = definePrimitive({
  name: 'logSoftmax',
  arity: 1,
  attributes: {},
  infer: ([x]) => [inferSoftmax('logSoftmax', x!)],
  evaluate: ([x]) => {
    const { shifted, sums, length } = shiftedExponentials(x!);
    const logs = sums.map(Math.log);
    return [shifted.map((value, i) => value - logs[Math.floor(i / length)]!)];
  },
  // maximum, difference, exponential, sum, difference; a logarithm for each row
  flops: ([x]) => 5 * sizeOf(x!.shape) - sizeOf(x!.shape.slice(0, -1)),
});
