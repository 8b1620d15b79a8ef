import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { numbers, onFloats } from './support.ts';

/** The next whole number not above `x`, as float32. The gradient is 0, as of all roundings. */
export function floor(x: TensorLike): Tensor {
  return onFloats('floor', x, (a) => tf.floor(a));
}

/** The next whole number not below `x`, as float32. */
export function ceil(x: TensorLike): Tensor {
  return onFloats('ceil', x, (a) => tf.ceil(a));
}

/** `x` without its fraction. Integers stay as they are. */
export function trunc(x: TensorLike): Tensor {
  return scope(() => {
    const value = numbers('trunc', x);
    return value.dtype === 'int32' ? tf.clone(value) : tf.mul(tf.sign(value), tf.floor(tf.abs(value)));
  });
}

/** The nearest number with so many decimals; halves go to the even neighbour. Integers stay as they are. */
export function round(x: TensorLike, options: { readonly decimals?: number } = {}): Tensor {
  const { decimals = 0 } = options;
  return scope(() => {
    const value = numbers('round', x);
    if (value.dtype === 'int32' && decimals >= 0) return tf.clone(value);
    const float = tf.cast(value, 'float32');
    if (decimals === 0) return tf.round(float);
    const unit = 10 ** decimals;
    return tf.cast(tf.div(tf.round(tf.mul(float, unit)), unit), value.dtype);
  });
}
