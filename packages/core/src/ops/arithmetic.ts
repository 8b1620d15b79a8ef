import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { constant, numbers, onFloatPairs, onFloats, onNumbers } from './support.ts';

/** `x1 + x2`. */
export function add(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('add', x1, x2, (a, b) => tf.add(a, b));
}

/** `x1 − x2`. */
export function subtract(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('subtract', x1, x2, (a, b) => tf.sub(a, b));
}

/** `x1 · x2`. */
export function multiply(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('multiply', x1, x2, (a, b) => tf.mul(a, b));
}

/** The larger of `x1` and `x2`; NaN if either is. */
export function maximum(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('maximum', x1, x2, (a, b) => tf.maximum(a, b));
}

/** The smaller of `x1` and `x2`; NaN if either is. */
export function minimum(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('minimum', x1, x2, (a, b) => tf.minimum(a, b));
}

/** `⌊x1 / x2⌋`, of the dtype of the operands. */
export function floorDivide(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('floorDivide', x1, x2, (a, b) =>
    constant(() => (a.dtype === 'int32' ? tf.floorDiv(a, b) : tf.floor(tf.div(a, b)))),
  );
}

/** `x1` to the power `x2`. */
export function power(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('power', x1, x2, (a, b) => tf.pow(a, b));
}

/** `x1 / x2`, always float32. */
export function divide(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('divide', x1, x2, (a, b) => tf.div(a, b));
}

/** `x1 / x2`, always float32; the same as {@link divide}. */
export function trueDivide(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('trueDivide', x1, x2, (a, b) => tf.div(a, b));
}

/** `x1 / x2`, and 0 where `x2` is 0. */
export function divideNoNan(x1: TensorLike, x2: TensorLike): Tensor {
  return onFloatPairs('divideNoNan', x1, x2, (a, b) => {
    const zero = constant(() => tf.equal(b, 0));
    // the divisor of the branch not taken must not be 0, or its gradient is NaN
    const quotient = tf.div(a, tf.where(zero, tf.onesLike(b), b));
    return tf.where(zero, tf.zerosLike(quotient), quotient);
  });
}

/** The remainder of `x1 / x2` with the sign of `x2` (as `%` of Python). */
export function mod(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('mod', x1, x2, (a, b) =>
    tf.sub(
      a,
      tf.mul(
        constant(() => floorQuotient(a, b)),
        b,
      ),
    ),
  );
}

/** The remainder of `x1 / x2` with the sign of `x1` (as `%` of JavaScript). */
export function fmod(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('fmod', x1, x2, (a, b) => {
    const whole = constant(() => {
      const quotient = tf.div(tf.cast(a, 'float32'), tf.cast(b, 'float32'));
      return tf.cast(tf.mul(tf.sign(quotient), tf.floor(tf.abs(quotient))), a.dtype);
    });
    return tf.sub(a, tf.mul(whole, b));
  });
}

/** The larger of `x1` and `x2`; where one is NaN, the other. */
export function fmax(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('fmax', x1, x2, (a, b) => tf.maximum(orElse(a, b), orElse(b, a)));
}

/** The smaller of `x1` and `x2`; where one is NaN, the other. */
export function fmin(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('fmin', x1, x2, (a, b) => tf.minimum(orElse(a, b), orElse(b, a)));
}

/** `−x`. */
export function negative(x: TensorLike): Tensor {
  return scope(() => tf.neg(numbers('negative', x)));
}

/** `|x|`. */
export function absolute(x: TensorLike): Tensor {
  return scope(() => tf.abs(numbers('absolute', x)));
}

/** `|x|`, the same as {@link absolute}. */
export function abs(x: TensorLike): Tensor {
  return absolute(x);
}

/** `|x|` as float32. */
export function fabs(x: TensorLike): Tensor {
  return onFloats('fabs', x, (a) => tf.abs(a));
}

/** `x²`. */
export function square(x: TensorLike): Tensor {
  return scope(() => tf.square(numbers('square', x)));
}

/** `1 / x`. */
export function reciprocal(x: TensorLike): Tensor {
  return onFloats('reciprocal', x, (a) => tf.reciprocal(a));
}

/** −1, 0 or 1. */
export function sign(x: TensorLike): Tensor {
  return scope(() => {
    const value = numbers('sign', x);
    if (value.dtype === 'int32') return tf.sign(value);
    return tf.where(
      constant(() => tf.isNaN(value)),
      value,
      tf.sign(value),
    );
  });
}

/** 0 where `x1` is negative, 1 where it is positive, `x2` where it is 0. */
export function heaviside(x1: TensorLike, x2: TensorLike): Tensor {
  return onNumbers('heaviside', x1, x2, (a, b) => {
    const zero = constant(() => tf.logicalNot(tf.logicalOr(tf.less(a, 0), tf.greater(a, 0)))); // NaN too, as in TensorFlow
    const step = constant(() => tf.cast(tf.greater(a, 0), b.dtype));
    return tf.where(zero, b, step);
  });
}

/** `x` limited to `xMin … xMax`. The gradient is 1 within, bounds included, and 0 outside. */
export function clip(x: TensorLike, xMin: TensorLike, xMax: TensorLike): Tensor {
  return scope(() => {
    const value = numbers('clip', x);
    // tfjs fills with equal bounds, which has no gradient
    if (typeof xMin === 'number' && typeof xMax === 'number' && value.dtype === 'float32' && xMin < xMax) {
      return tf.clipByValue(value, xMin, xMax);
    }
    return minimum(maximum(value, xMin), xMax);
  });
}

function floorQuotient(a: Tensor, b: Tensor): Tensor {
  return a.dtype === 'int32' ? tf.floorDiv(a, b) : tf.floor(tf.div(a, b));
}

function orElse(a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== 'float32') return a;
  return tf.where(
    constant(() => tf.isNaN(a)),
    b,
    a,
  );
}
