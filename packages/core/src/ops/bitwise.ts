import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { constant, tensor } from './support.ts';

/** The bits that both int32 numbers have. */
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor {
  return onBits('bitwiseAnd', x, y, (a, b) => tf.mul(a, b));
}

/** The bits that at least one of two int32 numbers has. */
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor {
  return onBits('bitwiseOr', x, y, (a, b) => tf.maximum(a, b));
}

/** The bits that exactly one of two int32 numbers has. */
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor {
  return onBits('bitwiseXor', x, y, (a, b) => tf.abs(tf.sub(a, b)));
}

/** Every bit turned over: `−x − 1`. */
export function bitwiseNot(x: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('bitwiseNot', x, 'int32');
    return constant(() => tf.sub(tf.scalar(-1, 'int32'), value));
  });
}

/** Every bit turned over; the same as {@link bitwiseNot}. */
export function bitwiseInvert(x: TensorLike): Tensor {
  return bitwiseNot(x);
}

/** `x · 2^y` in int32; bits that leave at the top are lost. */
export function bitwiseLeftShift(x: TensorLike, y: TensorLike): Tensor {
  return scope(() => {
    const [a, b] = [tensor('bitwiseLeftShift', x, 'int32'), tensor('bitwiseLeftShift', y, 'int32')];
    return constant(() => {
      // doubling wraps at 32 bits on every backend, a product of large numbers need not
      let value = tf.add(a, tf.zerosLike(b));
      for (let step = 0; step < 31; step++) {
        value = tf.where(tf.greater(b, tf.scalar(step, 'int32')), tf.add(value, value), value);
      }
      return value;
    });
  });
}

/** `x · 2^y` in int32; the same as {@link bitwiseLeftShift}. */
export function leftShift(x: TensorLike, y: TensorLike): Tensor {
  return bitwiseLeftShift(x, y);
}

/** `⌊x / 2^y⌋`: the sign stays. */
export function bitwiseRightShift(x: TensorLike, y: TensorLike): Tensor {
  return scope(() => {
    const [a, b] = [tensor('bitwiseRightShift', x, 'int32'), tensor('bitwiseRightShift', y, 'int32')];
    return constant(() => {
      let value = tf.add(a, tf.zerosLike(b));
      for (let step = 0; step < 31; step++) {
        value = tf.where(tf.greater(b, tf.scalar(step, 'int32')), tf.floorDiv(value, tf.scalar(2, 'int32')), value);
      }
      return value;
    });
  });
}

/** `⌊x / 2^y⌋`; the same as {@link bitwiseRightShift}. */
export function rightShift(x: TensorLike, y: TensorLike): Tensor {
  return bitwiseRightShift(x, y);
}

/** The greatest common divisor of two int32 numbers. */
export function gcd(x1: TensorLike, x2: TensorLike): Tensor {
  return scope(() => {
    const [a, b] = [tensor('gcd', x1, 'int32'), tensor('gcd', x2, 'int32')];
    return constant(() => commonDivisor(tf.abs(a), tf.abs(b)));
  });
}

/** The least common multiple of two int32 numbers. */
export function lcm(x1: TensorLike, x2: TensorLike): Tensor {
  return scope(() => {
    const [a, b] = [tensor('lcm', x1, 'int32'), tensor('lcm', x2, 'int32')];
    return constant(() => {
      const divisor = commonDivisor(tf.abs(a), tf.abs(b));
      const safe = tf.maximum(divisor, tf.scalar(1, 'int32'));
      return tf.abs(tf.mul(tf.floorDiv(a, safe), b));
    });
  });
}

/** Euclid's algorithm on all pairs at once: 46 steps are enough for any two int32 numbers. */
function commonDivisor(x: Tensor, y: Tensor): Tensor {
  let a = tf.add(x, tf.zerosLike(y));
  let b = tf.add(y, tf.zerosLike(x));
  for (let step = 0; step < 46; step++) {
    const rest = tf.sub(a, tf.mul(tf.floorDiv(a, tf.maximum(b, tf.scalar(1, 'int32'))), b));
    const done = tf.equal(b, tf.scalar(0, 'int32'));
    [a, b] = [tf.where(done, a, b), tf.where(done, b, rest)];
  }
  return a;
}

/** Combines two int32 tensors bit by bit; `onBit` maps bits 0 and 1, as int32. */
function onBits(who: string, x: TensorLike, y: TensorLike, onBit: (a: Tensor, b: Tensor) => Tensor): Tensor {
  return scope(() => {
    const [a, b] = [tensor(who, x, 'int32'), tensor(who, y, 'int32')];
    return constant(() => {
      const two = tf.scalar(2, 'int32');
      let [left, right]: [Tensor, Tensor] = [a, b];
      let total: Tensor | undefined;
      // floor division by 2 shifts with the sign, so bit 31 repeats the sign and counts −2^31
      for (let bit = 0; bit < 32; bit++) {
        const [nextLeft, nextRight] = [tf.floorDiv(left, two), tf.floorDiv(right, two)];
        const value = onBit(tf.sub(left, tf.mul(nextLeft, two)), tf.sub(right, tf.mul(nextRight, two)));
        const weighted = tf.mul(value, tf.scalar(bit === 31 ? -2147483648 : 2 ** bit, 'int32'));
        total = total ? tf.add(total, weighted) : weighted;
        [left, right] = [nextLeft, nextRight];
      }
      return total!;
    });
  });
}
