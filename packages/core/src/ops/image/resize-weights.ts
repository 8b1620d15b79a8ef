import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../../tensor/tensor.ts';
import { constant } from '../support.ts';

/** Functions of the distance from a pixel, by which it is weighted. */
export type Kernel = 'linear' | 'cubic' | 'lanczos3' | 'lanczos5';

/** Weights `[from, to]` of the pixels of an axis in the pixels of the resized axis; each column sums to 1. */
export function resizeWeights(interpolation: string, antialias: boolean, from: number, to: number): Tensor {
  const scale = from / to;
  const columns = Array.from({ length: to }, (_, i) =>
    interpolation === 'area'
      ? areaColumn(i * scale, (i + 1) * scale, from)
      : kernelColumn(
          (i + 0.5) * scale - 0.5,
          antialias ? Math.max(scale, 1) : 1,
          KERNELS[NAMES[interpolation]!],
          from,
          interpolation === 'bilinear' && !antialias,
        ),
  );
  return constant(() =>
    tf.tensor2d(
      Float32Array.from({ length: from * to }, (_, k) => columns[k % to]![Math.floor(k / to)]!),
      [from, to],
    ),
  );
}

/** The same for a scale and a shift that are tensors `[1]`; differentiable with respect to both. */
export function scaleWeights(
  from: number,
  to: number,
  scale: Tensor,
  translation: Tensor,
  kernel: Kernel,
  antialias: boolean,
): Tensor {
  const inverse = tf.reciprocal(scale);
  const width = antialias ? tf.maximum(inverse, 1) : tf.scalar(1);
  const places = tf.sub(tf.sub(tf.mul(tf.add(tf.range(0, to), 0.5), inverse), tf.mul(translation, inverse)), 0.5);
  const distance = tf.div(tf.abs(tf.sub(tf.reshape(places, [1, to]), tf.reshape(tf.range(0, from), [from, 1]))), width);
  const weights = TENSOR_KERNELS[kernel](distance);
  const total = tf.sum(weights, 0, true);
  const usable = constant(() => tf.greater(tf.abs(total), 1000 * 2 ** -23));
  const inside = constant(() => tf.logicalAnd(tf.greaterEqual(places, -0.5), tf.lessEqual(places, from - 0.5)));
  const normal = tf.div(weights, tf.where(usable, total, tf.onesLike(total)));
  const kept = constant(() => tf.cast(tf.logicalAnd(usable, tf.reshape(inside, [1, to])), 'float32'));
  return tf.mul(normal, kept);
}

const NAMES: Readonly<Record<string, Kernel>> = {
  bilinear: 'linear',
  bicubic: 'cubic',
  lanczos3: 'lanczos3',
  lanczos5: 'lanczos5',
};

/** The weights of pixels 0 … n − 1 around `place`; at the edge they are scaled up, or (`clamp`) the edge pixel repeated. */
function kernelColumn(
  place: number,
  width: number,
  kernel: (distance: number) => number,
  n: number,
  clamp: boolean,
): number[] {
  const centre = clamp ? Math.min(Math.max(place, 0), n - 1) : place;
  const weights = Array.from({ length: n }, (_, i) => kernel(Math.abs(centre - i) / width));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The share of each pixel in the interval from `start` to `stop`. */
function areaColumn(start: number, stop: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => {
    const covered = Math.min(stop, i + 1) - Math.max(start, i);
    return covered > 1e-9 ? covered / (stop - start) : 0;
  });
}

const KERNELS: Readonly<Record<Kernel, (x: number) => number>> = {
  linear: (x) => Math.max(0, 1 - x),
  cubic: (x) => (x >= 2 ? 0 : x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1),
  lanczos3: (x) => lanczos(3, x),
  lanczos5: (x) => lanczos(5, x),
};

function lanczos(radius: number, x: number): number {
  if (x > radius) return 0;
  if (x <= 1e-3) return 1;
  return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * x) ** 2;
}

const TENSOR_KERNELS: Readonly<Record<Kernel, (x: Tensor) => Tensor>> = {
  linear: (x) => tf.relu(tf.sub(1, x)),
  cubic: (x) => {
    const near = tf.add(tf.mul(tf.mul(tf.sub(tf.mul(x, 1.5), 2.5), x), x), 1);
    const far = tf.add(tf.mul(tf.sub(tf.mul(tf.add(tf.mul(x, -0.5), 2.5), x), 4), x), 2);
    const outer = tf.where(
      constant(() => tf.greaterEqual(x, 1)),
      far,
      near,
    );
    return tf.where(
      constant(() => tf.greaterEqual(x, 2)),
      tf.zerosLike(x),
      outer,
    );
  },
  lanczos3: (x) => tensorLanczos(3, x),
  lanczos5: (x) => tensorLanczos(5, x),
};

function tensorLanczos(radius: number, x: Tensor): Tensor {
  const small = constant(() => tf.lessEqual(x, 1e-3));
  const safe = tf.where(small, tf.onesLike(x), x);
  const product = tf.mul(tf.sin(tf.mul(safe, Math.PI)), tf.sin(tf.mul(safe, Math.PI / radius)));
  const value = tf.div(tf.mul(product, radius), tf.mul(tf.square(safe), Math.PI ** 2));
  const near = tf.where(small, tf.onesLike(x), value);
  return tf.where(
    constant(() => tf.greater(x, radius)),
    tf.zerosLike(x),
    near,
  );
}
