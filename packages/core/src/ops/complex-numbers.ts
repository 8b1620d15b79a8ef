import * as tf from '@tensorflow/tfjs-core';
import { ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { stack } from './join.ts';
import { constant, floats, numbers, onFloatPairs, tensor } from './support.ts';

/**
 * Complex numbers as one tensor, of dtype complex64. They have no derivative, as tfjs's tape takes only float32 gradients, and
 * steps with them run op by op; Fourier transforms, which take pairs, have both.
 */

/** The angle of each number, in radians: of complex ones −π … π, of negative ones π, of the others 0. */
export function angle(x: TensorLike): Tensor {
  return scope(() => {
    const value = floats('angle', x);
    if (isComplex(value)) return tf.atan2(tf.imag(value), tf.real(value));
    return constant(() => tf.mul(tf.cast(tf.less(value, 0), 'float32'), Math.PI));
  });
}

/** Complex numbers mirrored at the real axis; real ones stay. */
export function conjugate(x: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('conjugate', x);
    return isComplex(value) ? tf.complex(tf.real(value), tf.neg(tf.imag(value))) : tf.clone(value);
  });
}

/** Complex numbers mirrored at the real axis; the same as {@link conjugate}. */
export function conj(x: TensorLike): Tensor {
  return conjugate(x);
}

/** The real part; of real numbers they themselves. */
export function real(x: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('real', x);
    return isComplex(value) ? tf.real(value) : tf.clone(value);
  });
}

/** The imaginary part; of real numbers 0. */
export function imag(x: TensorLike): Tensor {
  return scope(() => {
    const value = numbers('imag', x);
    return isComplex(value) ? tf.imag(value) : tf.zerosLike(value);
  });
}

/** The complex numbers with these absolute values and angles: `abs · (cos angle + i sin angle)`, complex64. */
export function polar(abs: TensorLike, angle: TensorLike): Tensor {
  return onFloatPairs('polar', abs, angle, (r, phi) => tf.complex(tf.mul(r, tf.cos(phi)), tf.mul(r, tf.sin(phi))));
}

/**
 * Pairs along the last axis, real and imaginary part, as complex numbers: `[…, 2]` → `[…]`.
 *
 * @throws ShapeError if the last axis has not two elements
 */
export function viewAsComplex(x: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('viewAsComplex', x, 'float32');
    if (value.shape.at(-1) !== 2) {
      throw new ShapeError(`ops.viewAsComplex: expected a last axis of 2. Received: ${showShape(value.shape)}.`);
    }
    const [re, im] = tf.unstack(value, -1) as [Tensor, Tensor];
    return tf.complex(re, im);
  });
}

/** Complex numbers as pairs of real and imaginary part along a new last axis: `[…]` → `[…, 2]`. */
export function viewAsReal(x: TensorLike): Tensor {
  return scope(() => {
    const value = floats('viewAsReal', x);
    return stack([real(value), imag(value)], { axis: -1 });
  });
}

const isComplex = ({ dtype }: Tensor): boolean => dtype === 'complex64';
