import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { booleans, constant, floats, numbers, operands, tensor } from './support.ts';

/** True where `x1` equals `x2`; strings too. */
export function equal(x1: TensorLike, x2: TensorLike): Tensor {
  return compare('equal', x1, x2, tf.equal);
}

/** True where `x1` differs from `x2`; strings too. */
export function notEqual(x1: TensorLike, x2: TensorLike): Tensor {
  return compare('notEqual', x1, x2, tf.notEqual);
}

/** True where `x1 > x2`. */
export function greater(x1: TensorLike, x2: TensorLike): Tensor {
  return compare('greater', x1, x2, tf.greater);
}

/** True where `x1 ≥ x2`. */
export function greaterEqual(x1: TensorLike, x2: TensorLike): Tensor {
  return compare('greaterEqual', x1, x2, tf.greaterEqual);
}

/** True where `x1 < x2`. */
export function less(x1: TensorLike, x2: TensorLike): Tensor {
  return compare('less', x1, x2, tf.less);
}

/** True where `x1 ≤ x2`. */
export function lessEqual(x1: TensorLike, x2: TensorLike): Tensor {
  return compare('lessEqual', x1, x2, tf.lessEqual);
}

/** True where both are not 0. */
export function logicalAnd(x1: TensorLike, x2: TensorLike): Tensor {
  return scope(() => tf.logicalAnd(booleans('logicalAnd', x1), booleans('logicalAnd', x2)));
}

/** True where at least one is not 0. */
export function logicalOr(x1: TensorLike, x2: TensorLike): Tensor {
  return scope(() => tf.logicalOr(booleans('logicalOr', x1), booleans('logicalOr', x2)));
}

/** True where exactly one is not 0. */
export function logicalXor(x1: TensorLike, x2: TensorLike): Tensor {
  return scope(() => tf.notEqual(booleans('logicalXor', x1), booleans('logicalXor', x2)));
}

/** True where `x` is 0. */
export function logicalNot(x: TensorLike): Tensor {
  return scope(() => tf.logicalNot(booleans('logicalNot', x)));
}

/** True where `x` is NaN. */
export function isnan(x: TensorLike): Tensor {
  return test('isnan', x, (a) => tf.isNaN(a));
}

/** True where `x` is ∞ or −∞. */
export function isinf(x: TensorLike): Tensor {
  return test('isinf', x, (a) => tf.isInf(a));
}

/** True where `x` is neither NaN nor infinite. */
export function isfinite(x: TensorLike): Tensor {
  return test('isfinite', x, (a) => tf.isFinite(a));
}

/** True where `x` is ∞. */
export function isposinf(x: TensorLike): Tensor {
  return test('isposinf', x, (a) => tf.equal(a, Number.POSITIVE_INFINITY));
}

/** True where `x` is −∞. */
export function isneginf(x: TensorLike): Tensor {
  return test('isneginf', x, (a) => tf.equal(a, Number.NEGATIVE_INFINITY));
}

/** True where the sign bit is set: below 0, and for −0. */
export function signbit(x: TensorLike): Tensor {
  return test('signbit', x, (a) => tf.logicalOr(tf.less(a, 0), tf.equal(tf.reciprocal(a), Number.NEGATIVE_INFINITY)));
}

/** True where the imaginary part is 0. */
export function isreal(x: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('isreal', x);
    return value.dtype === 'complex64' ? tf.equal(tf.imag(value), 0) : tf.onesLike(tf.cast(value, 'bool'));
  });
}

/** How close two numbers must be. */
export interface CloseOptions {
  /** Relative to `|x2|`. @defaultValue `1e-5` */
  readonly rtol?: number;
  /** @defaultValue `1e-8` */
  readonly atol?: number;
  /** Whether NaN equals NaN. @defaultValue `false` */
  readonly equalNan?: boolean;
}

/** True where `|x1 − x2| ≤ atol + rtol · |x2|`. */
export function isclose(x1: TensorLike, x2: TensorLike, options: CloseOptions = {}): Tensor {
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  return scope(() => {
    const a = floats('isclose', x1);
    const b = floats('isclose', x2);
    return constant(() => {
      const near = tf.lessEqual(tf.abs(tf.sub(a, b)), tf.add(tf.mul(tf.abs(b), rtol), atol));
      // ∞ − ∞ is NaN, and |x| ≤ ∞ holds for every finite x: infinities are close only to themselves
      const close = tf.logicalOr(tf.equal(a, b), tf.logicalAnd(near, tf.logicalAnd(tf.isFinite(a), tf.isFinite(b))));
      return equalNan ? tf.logicalOr(close, tf.logicalAnd(tf.isNaN(a), tf.isNaN(b))) : close;
    });
  });
}

/** Whether {@link isclose} holds everywhere; a bool scalar. */
export function allclose(x1: TensorLike, x2: TensorLike, options: CloseOptions = {}): Tensor {
  return scope(() => tf.all(isclose(x1, x2, options)));
}

/** `x1` where `condition` holds, else `x2`; the three broadcast. */
export function where(condition: TensorLike, x1: TensorLike, x2: TensorLike): Tensor {
  return scope(() => {
    const [a, b] = operands('where', x1, x2);
    return tf.where(booleans('where', condition), a, b);
  });
}

/** Of each position, the element of the first of `choicelist` whose condition holds, else `default`. */
export function select(
  condlist: readonly TensorLike[],
  choicelist: readonly TensorLike[],
  options: { readonly default?: TensorLike } = {},
): Tensor {
  return scope(() => {
    let result = tensor('select', options.default ?? 0);
    for (let i = condlist.length - 1; i >= 0; i--) result = where(condlist[i]!, choicelist[i]!, result);
    return tf.clone(result);
  });
}

function compare(who: string, x1: TensorLike, x2: TensorLike, fn: (a: Tensor, b: Tensor) => Tensor): Tensor {
  return scope(() => {
    const [a, b] = operands(who, x1, x2);
    return constant(() => fn(a, b));
  });
}

function test(who: string, x: TensorLike, fn: (a: Tensor) => Tensor): Tensor {
  return scope(() => {
    const value = numbers(who, x);
    return constant(() => fn(tf.cast(value, 'float32')));
  });
}
