import * as tf from '@tensorflow/tfjs-core';
import { isChannelsFirst } from '../../data-format.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { pad } from '../join.ts';
import { floats } from '../support.ts';
import { type PerAxis, perAxis, toChannelsLast } from '../window.ts';
import type { ImageOptions } from './color.ts';
import { onImages } from './images.ts';

/** Options of {@link gaussianBlur}. */
export interface GaussianBlurOptions extends ImageOptions {
  /** @defaultValue `3` */
  readonly kernelSize?: PerAxis;
  /** The standard deviation: a number, or two, which may be a tensor `[2]`. @defaultValue `1` */
  readonly sigma?: PerAxis | Tensor;
}

/** Images smoothed by a Gaussian bell; beyond the edge they are 0. */
export function gaussianBlur(images: TensorLike, options: GaussianBlurOptions = {}): Tensor {
  const size = perAxis('image.gaussianBlur', 'kernelSize', options.kernelSize ?? 3, 2) as [number, number];
  const { sigma = 1 } = options;
  return onImages('image.gaussianBlur', images, options.dataFormat, (given) => {
    const x = tf.cast(given, 'float32');
    // as in Keras, the first of both numbers belongs to the width; the kernel keeps the shape of `kernelSize`
    const [across, down] = perBell(sigma);
    const product = tf.matMul(bell(size[1], down, 1), bell(size[0], across, 0));
    const kernel = tf.reshape(product, [size[0], size[1], 1, 1]);
    const each = tf.tile(kernel, [1, 1, x.shape[3]!, 1]) as tf.Tensor4D;
    return tf.depthwiseConv2d(x as tf.Tensor4D, each, 1, 'same');
  });
}

/** The vertical and horizontal gradients by Sobel's filter, on a new last axis of 2; the edge is mirrored. */
export function sobelEdges(images: TensorLike, options: ImageOptions = {}): Tensor {
  return scope(() => {
    const channelsFirst = isChannelsFirst('ops.image.sobelEdges', options.dataFormat);
    const x = toChannelsLast(floats('image.sobelEdges', images), channelsFirst);
    const padded = pad(
      x,
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      { mode: 'reflect' },
    );
    const channels = x.shape[3]!;
    const vertical = tf.tensor2d([
      [-1, -2, -1],
      [0, 0, 0],
      [1, 2, 1],
    ]);
    const kernel = tf.tile(tf.reshape(tf.stack([vertical, tf.transpose(vertical)], 2), [3, 3, 1, 2]), [
      1,
      1,
      channels,
      1,
    ]);
    const edges = tf.depthwiseConv2d(padded as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'valid');
    const apart = tf.reshape(edges, [...x.shape, 2]);
    return channelsFirst ? tf.transpose(apart, [0, 3, 1, 2, 4]) : apart;
  });
}

/** Options of {@link ssim}. */
export interface SsimOptions extends ImageOptions {
  /** The range of the values. @defaultValue `1` */
  readonly maxVal?: number;
  /** @defaultValue `11` */
  readonly filterSize?: number;
  /** @defaultValue `1.5` */
  readonly filterSigma?: number;
  /** @defaultValue `0.01` */
  readonly k1?: number;
  /** @defaultValue `0.03` */
  readonly k2?: number;
}

/** The structural similarity of pairs of images, one number each; 1 for the same image. @see Wang et al., 2004 */
export function ssim(image1: TensorLike, image2: TensorLike, options: SsimOptions = {}): Tensor {
  const { maxVal = 1, filterSize = 11, filterSigma = 1.5, k1 = 0.01, k2 = 0.03 } = options;
  return scope(() => {
    const channelsFirst = isChannelsFirst('ops.image.ssim', options.dataFormat);
    const prepare = (image: TensorLike) => {
      const x = floats('image.ssim', image);
      return toChannelsLast(x.rank === 3 ? tf.expandDims(x, 0) : x, channelsFirst);
    };
    const [a, b] = [prepare(image1), prepare(image2)];
    const kernel = tf.reshape(tf.matMul(bell(filterSize, filterSigma, 1), bell(filterSize, filterSigma, 0)), [
      filterSize,
      filterSize,
      1,
      1,
    ]);
    const each = tf.tile(kernel, [1, 1, a.shape[3]!, 1]) as tf.Tensor4D;
    const local = (x: Tensor) => tf.depthwiseConv2d(x as tf.Tensor4D, each, 1, 'valid') as Tensor;
    const [meanA, meanB] = [local(a), local(b)];
    const product = tf.mul(meanA, meanB);
    const [squareA, squareB] = [tf.square(meanA), tf.square(meanB)];
    const spread = tf.sub(tf.add(local(tf.square(a)), local(tf.square(b))), tf.add(squareA, squareB));
    const together = tf.sub(local(tf.mul(a, b)), product);
    const [c1, c2] = [(k1 * maxVal) ** 2, (k2 * maxVal) ** 2];
    const top = tf.mul(tf.add(tf.mul(product, 2), c1), tf.add(tf.mul(together, 2), c2));
    const bottom = tf.mul(tf.add(tf.add(squareA, squareB), c1), tf.add(spread, c2));
    const result = tf.mean(tf.div(top, bottom), [1, 2, 3]);
    return floats('image.ssim', image1).rank === 3 ? tf.reshape(result, []) : result;
  });
}

/** One standard deviation for each of two bells. */
function perBell(sigma: PerAxis | Tensor): readonly [number | Tensor, number | Tensor] {
  if (typeof sigma === 'number') return [sigma, sigma];
  return (isList(sigma) ? sigma : tf.unstack(tf.reshape(sigma, [2]))) as readonly [number | Tensor, number | Tensor];
}

const isList = (sigma: readonly number[] | Tensor): sigma is readonly number[] => Array.isArray(sigma);

/** A Gaussian bell with sum 1: a column (`axis` 1: `[n, 1]`) or a row (`[1, n]`). */
function bell(size: number, sigma: number | Tensor, axis: 0 | 1): Tensor {
  const shape: [number, number] = axis === 1 ? [size, 1] : [1, size];
  const places = Array.from({ length: size }, (_, i) => i - (size - 1) / 2);
  if (typeof sigma !== 'number') {
    const values = tf.exp(tf.mul(tf.square(tf.div(tf.tensor2d(places, shape), sigma)), -0.5));
    return tf.div(values, tf.sum(values));
  }
  const values = places.map((place) => Math.exp(-0.5 * (place / sigma) ** 2));
  const total = values.reduce((sum, value) => sum + value, 0);
  return tf.tensor2d(
    values.map((value) => value / total),
    shape,
  );
}
