import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../tensor/tensor.ts';
import { constant } from './support.ts';

/**
 * The inverse error function as a polynomial in `w = −ln(1 − x²)`, one for small and one for large `w`.
 *
 * @see M. Giles, "Approximating the erfinv function", GPU Computing Gems, 2011 (single precision).
 */
export function inverseErf(x: Tensor): Tensor {
  const w = tf.neg(tf.log(tf.mul(tf.sub(1, x), tf.add(1, x))));
  const centre = polynomial(ERFINV_CENTRE, tf.sub(tf.minimum(w, 5), 2.5));
  const tail = polynomial(ERFINV_TAIL, tf.sub(tf.sqrt(tf.maximum(w, 5)), 3));
  const inside = constant(() => tf.less(w, 5));
  return tf.mul(tf.where(inside, centre, tail), x);
}

/** The modified Bessel function of the first kind and order 0, to about 2e-7. @see Abramowitz and Stegun 9.8.1–2 */
export function besselI0(x: Tensor): Tensor {
  const size = tf.abs(x);
  const small = tf.minimum(size, 3.75);
  const large = tf.maximum(size, 3.75);
  const centre = polynomial(BESSEL_CENTRE, tf.square(tf.div(small, 3.75)));
  const tail = tf.mul(tf.div(tf.exp(large), tf.sqrt(large)), polynomial(BESSEL_TAIL, tf.div(3.75, large)));
  const inside = constant(() => tf.less(size, 3.75));
  return tf.where(inside, centre, tail);
}

/** `c[0] + c[1] x + c[2] x² + …` */
export function polynomial(coefficients: readonly number[], x: Tensor): Tensor {
  let sum: Tensor = tf.mul(x, 0);
  for (let i = coefficients.length - 1; i > 0; i--) sum = tf.mul(tf.add(sum, coefficients[i]!), x);
  return tf.add(sum, coefficients[0]!);
}

// biome-ignore format: table
const ERFINV_CENTRE = [1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.000218580870, -0.00000439150654, -0.00000352338770, 3.43273939e-7, 2.81022636e-8];
// biome-ignore format: table
const ERFINV_TAIL = [2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322, 0.000100950558, -0.000200214257];
// biome-ignore format: table
const BESSEL_CENTRE = [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];
// biome-ignore format: table
const BESSEL_TAIL = [0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633, 0.00392377];
