import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from '../backend/tfjs-bridge.ts';
import { slicesOf, squareByParts } from '../gradient-slices.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The kernel that a backend may have for {@link adamUpdate}. */
export const ADAM_KERNEL = 'CapasAdamUpdate';

/** A weight with its slots and gradient, all float32 of one shape, and the step size of this update, a scalar. */
export interface AdamInputs {
  readonly value: Tensor;
  /** The moving mean of gradients. */
  readonly mean: Tensor;
  /** The moving mean of their squares. */
  readonly square: Tensor;
  readonly gradient: Tensor;
  readonly alpha: Tensor;
}

/** By which shares the slots move, and what keeps the divisor from 0. */
export interface AdamFactors {
  readonly meanShare: number;
  readonly squareShare: number;
  readonly epsilon: number;
  /**
   * Whether the new values may be written over the old ones, where nobody else shares their memory: the old ones must not
   * be read any more. A third less goes over the memory. @defaultValue `false`
   */
  readonly inPlace?: boolean;
}

/**
 * One step of Adam: `mean += (gradient − mean) · meanShare`, `square += (gradient² − square) · squareShare`, `value −=
 * mean · alpha / (√square + epsilon)`; returns the three new values. The squares are those of {@link squareByParts}.
 *
 * Written in ops this goes over the memory some ten times; a backend that has a kernel for it does it in one pass, with
 * the same bits. Not differentiable.
 *
 * @see Kingma and Ba, 2014, https://arxiv.org/abs/1412.6980
 */
export function adamUpdate(inputs: AdamInputs, factors: AdamFactors): [value: Tensor, mean: Tensor, square: Tensor] {
  const { value, mean, square, gradient, alpha } = inputs;
  if (hasKernel(ADAM_KERNEL, tf.getBackend())) {
    const slices = slicesOf(gradient);
    const given = { value, mean, square, gradient, alpha, ...slices };
    return tf.engine().runKernel(ADAM_KERNEL, given, { ...factors }) as [Tensor, Tensor, Tensor];
  }
  const approach = (slot: Tensor, x: Tensor, share: number): Tensor => tf.add(slot, tf.mul(tf.sub(x, slot), share));
  return tf.tidy(() => {
    const newMean = approach(mean, gradient, factors.meanShare);
    const newSquare = approach(square, squareByParts(gradient), factors.squareShare);
    const divisor = tf.add(tf.sqrt(newSquare), factors.epsilon);
    return [tf.sub(value, tf.div(tf.mul(newMean, alpha), divisor)), newMean, newSquare] as [Tensor, Tensor, Tensor];
  });
}
