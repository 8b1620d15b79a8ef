import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/session.ts';
import { requireInteger } from '../check.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The Bartlett window: a triangle from 0 to 1 and back. */
export function bartlett(x: number): Tensor {
  return taper('bartlett', x, (t) => 1 - Math.abs(2 * t - 1));
}

/** The Hann window: `0.5 − 0.5 cos(2πt)`. */
export function hanning(x: number): Tensor {
  return taper('hanning', x, (t) => 0.5 - 0.5 * Math.cos(2 * Math.PI * t));
}

/** The Hamming window: `0.54 − 0.46 cos(2πt)`. */
export function hamming(x: number): Tensor {
  return taper('hamming', x, (t) => 0.54 - 0.46 * Math.cos(2 * Math.PI * t));
}

/** The Blackman window: `0.42 − 0.5 cos(2πt) + 0.08 cos(4πt)`. */
export function blackman(x: number): Tensor {
  return taper('blackman', x, (t) => 0.42 - 0.5 * Math.cos(2 * Math.PI * t) + 0.08 * Math.cos(4 * Math.PI * t));
}

/** The Kaiser window: `I₀(beta √(1 − (2t − 1)²)) / I₀(beta)`. */
export function kaiser(x: number, beta: number): Tensor {
  return taper('kaiser', x, (t) => bessel(beta * Math.sqrt(Math.max(0, 1 - (2 * t - 1) ** 2))) / bessel(beta));
}

/** Samples of `fn` at `count` equal steps from 0 to 1, both included. */
function taper(who: string, count: number, fn: (t: number) => number): Tensor {
  requireBackend(`ops.${who}`);
  requireInteger(`ops.${who}`, 'x', count, 0);
  return tf.tensor1d(Array.from({ length: count }, (_, i) => (count === 1 ? 1 : fn(i / (count - 1)))));
}

/** The modified Bessel function of order 0 by its power series. */
function bessel(x: number): number {
  let [term, total] = [1, 1];
  for (let k = 1; term > total * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    total += term;
  }
  return total;
}
