import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { besselI0, inverseErf } from './special.ts';
import { constant, onFloatPairs, onFloats } from './support.ts';

/** `e^x`, element by element. */
export function exp(x: TensorLike): Tensor {
  return onFloats('exp', x, (a) => tf.exp(a));
}

/** `2^x`. */
export function exp2(x: TensorLike): Tensor {
  return onFloats('exp2', x, (a) => tf.exp(tf.mul(a, Math.LN2)));
}

/** `e^x − 1`, accurate near 0. */
export function expm1(x: TensorLike): Tensor {
  return onFloats('expm1', x, (a) => tf.expm1(a));
}

/** The natural logarithm; NaN below 0, −∞ at 0. */
export function log(x: TensorLike): Tensor {
  return onFloats('log', x, (a) => tf.log(a));
}

/** The logarithm to base 2. */
export function log2(x: TensorLike): Tensor {
  return onFloats('log2', x, (a) => tf.mul(tf.log(a), 1 / Math.LN2));
}

/** The logarithm to base 10. */
export function log10(x: TensorLike): Tensor {
  return onFloats('log10', x, (a) => tf.mul(tf.log(a), 1 / Math.LN10));
}

/** `ln(1 + x)`, accurate near 0. */
export function log1p(x: TensorLike): Tensor {
  return onFloats('log1p', x, (a) => tf.log1p(a));
}

/** The square root; NaN below 0. */
export function sqrt(x: TensorLike): Tensor {
  return onFloats('sqrt', x, (a) => tf.sqrt(a));
}

/** `1 / √x`. */
export function rsqrt(x: TensorLike): Tensor {
  return onFloats('rsqrt', x, (a) => tf.rsqrt(a));
}

/** The cube root, of negative numbers too. */
export function cbrt(x: TensorLike): Tensor {
  return onFloats('cbrt', x, (a) => tf.mul(tf.sign(a), tf.pow(tf.abs(a), tf.scalar(1 / 3))));
}

/** The sine of an angle in radians. */
export function sin(x: TensorLike): Tensor {
  return onFloats('sin', x, (a) => tf.sin(a));
}

/** The cosine of an angle in radians. */
export function cos(x: TensorLike): Tensor {
  return onFloats('cos', x, (a) => tf.cos(a));
}

/** The tangent of an angle in radians. */
export function tan(x: TensorLike): Tensor {
  return onFloats('tan', x, (a) => tf.tan(a));
}

/** The inverse sine, in −π/2 … π/2. */
export function arcsin(x: TensorLike): Tensor {
  return onFloats('arcsin', x, (a) => tf.asin(a));
}

/** The inverse cosine, in 0 … π. */
export function arccos(x: TensorLike): Tensor {
  return onFloats('arccos', x, (a) => tf.acos(a));
}

/** The inverse tangent, in −π/2 … π/2. */
export function arctan(x: TensorLike): Tensor {
  return onFloats('arctan', x, (a) => tf.atan(a));
}

/** The hyperbolic sine. */
export function sinh(x: TensorLike): Tensor {
  return onFloats('sinh', x, (a) => tf.sinh(a));
}

/** The hyperbolic cosine. */
export function cosh(x: TensorLike): Tensor {
  return onFloats('cosh', x, (a) => tf.cosh(a));
}

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return onFloats('tanh', x, (a) => tf.tanh(a));
}

/** The inverse hyperbolic sine. */
export function arcsinh(x: TensorLike): Tensor {
  return onFloats('arcsinh', x, (a) => tf.asinh(a));
}

/** The inverse hyperbolic cosine, of numbers from 1 on. */
export function arccosh(x: TensorLike): Tensor {
  return onFloats('arccosh', x, (a) => tf.acosh(a));
}

/** The inverse hyperbolic tangent, of numbers within −1 … 1. */
export function arctanh(x: TensorLike): Tensor {
  return onFloats('arctanh', x, (a) => tf.atanh(a));
}

/** The error function `2/√π ∫₀ˣ e^(−t²) dt`. */
export function erf(x: TensorLike): Tensor {
  return onFloats('erf', x, (a) => tf.erf(a));
}

/** `1 − erf(x)`. */
export function erfc(x: TensorLike): Tensor {
  return onFloats('erfc', x, (a) => tf.sub(1, tf.erf(a)));
}

/** Degrees as radians. */
export function deg2rad(x: TensorLike): Tensor {
  return onFloats('deg2rad', x, (a) => tf.mul(a, Math.PI / 180));
}

/** Radians as degrees. */
export function rad2deg(x: TensorLike): Tensor {
  return onFloats('rad2deg', x, (a) => tf.mul(a, 180 / Math.PI));
}

/** `sin(πx) / (πx)`, 1 at 0. */
export function sinc(x: TensorLike): Tensor {
  return onFloats('sinc', x, (a) => {
    const zero = constant(() => tf.equal(a, 0));
    // the branch not taken must stay finite, or its gradient is NaN
    const angle = tf.mul(tf.where(zero, tf.onesLike(a), a), Math.PI);
    return tf.where(zero, tf.onesLike(a), tf.div(tf.sin(angle), angle));
  });
}

/** The inverse of {@link erf}, for values within −1 … 1. By Giles's polynomials, relative error about 1e-7. */
export function erfinv(x: TensorLike): Tensor {
  return onFloats('erfinv', x, inverseErf);
}

/** `ln(e^x1 + e^x2)`, stable for large values. */
export function logaddexp(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('logaddexp', x1, x2, (a, b) =>
    tf.add(tf.maximum(a, b), tf.log1p(tf.exp(tf.neg(tf.abs(tf.sub(a, b)))))),
  );
}

/** `log₂(2^x1 + 2^x2)`, stable for large values. */
export function logaddexp2(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('logaddexp2', x1, x2, (a, b) => {
    const difference = tf.mul(tf.abs(tf.sub(a, b)), -Math.LN2);
    return tf.add(tf.maximum(a, b), tf.mul(tf.log1p(tf.exp(difference)), 1 / Math.LN2));
  });
}

/** `√(x1² + x2²)`, scaled so that the squares do not overflow. */
export function hypot(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('hypot', x1, x2, (a, b) => {
    const scale = constant(() => {
      const largest = tf.maximum(tf.abs(a), tf.abs(b));
      return tf.where(tf.logicalAnd(tf.greater(largest, 0), tf.isFinite(largest)), largest, tf.onesLike(largest));
    });
    return tf.mul(scale, tf.sqrt(tf.add(tf.square(tf.div(a, scale)), tf.square(tf.div(b, scale)))));
  });
}

/** The angle of the point (`x2`, `x1`), in −π … π. */
export function arctan2(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('arctan2', x1, x2, (a, b) => tf.atan2(a, b));
}

/** The modified Bessel function of order 0, by the polynomials of Abramowitz and Stegun 9.8.1 and 9.8.2. */
export function i0(x: TensorLike): Tensor {
  return onFloats('i0', x, besselI0);
}

/** `x1 · 2^x2`. */
export function ldexp(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('ldexp', x1, x2, (a, b) => tf.mul(a, tf.exp(tf.mul(b, Math.LN2))));
}
