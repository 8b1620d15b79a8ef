import * as tf from '@tensorflow/tfjs-core';
import { requirePositiveInteger } from '../check.ts';
import { ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { floats, tensor } from './support.ts';
import { type PerAxis, perAxis } from './window.ts';

/** Overlapping pieces of the last axis: `[…, n]` gives `[…, ⌊(n − length) / stride⌋ + 1, length]`. */
export function extractSequences(x: TensorLike, sequenceLength: number, sequenceStride: number): Tensor {
  requirePositiveInteger('ops.extractSequences', 'sequenceLength', sequenceLength);
  requirePositiveInteger('ops.extractSequences', 'sequenceStride', sequenceStride);
  return scope(() => {
    const value = tensor('extractSequences', x);
    const n = value.shape.at(-1)!;
    const count = Math.max(0, Math.floor((n - sequenceLength) / sequenceStride) + 1);
    const indices = Array.from({ length: count * sequenceLength }, (_, i) => {
      return Math.floor(i / sequenceLength) * sequenceStride + (i % sequenceLength);
    });
    return tf.gather(value, tf.tensor2d(indices, [count, sequenceLength], 'int32'), value.rank - 1);
  });
}

/** Options of {@link unfold} and {@link fold}. */
export interface FoldOptions {
  /** @defaultValue `1` */
  readonly dilation?: PerAxis;
  /** Zeros around the image. @defaultValue `0` */
  readonly padding?: PerAxis;
  /** @defaultValue `1` */
  readonly stride?: PerAxis;
}

/** The blocks of images `[n, c, h, w]`, one column each: `[n, c · kh · kw, blocks]`. */
export function unfold(x: TensorLike, kernelSize: PerAxis, options: FoldOptions = {}): Tensor {
  return scope(() => {
    const value = tensor('unfold', x);
    if (value.rank !== 4)
      throw new ShapeError(`ops.unfold: expected [n, c, h, w]. Received: ${showShape(value.shape)}.`);
    const [n, c, h, w] = value.shape as [number, number, number, number];
    const { indices, padded, padding, blocks } = blockIndices('unfold', [h, w], kernelSize, options);
    const wide = tf.pad(value, [
      [0, 0],
      [0, 0],
      [padding[0], padding[0]],
      [padding[1], padding[1]],
    ]);
    const flat = tf.reshape(wide, [n, c, padded[0] * padded[1]]);
    return tf.reshape(tf.gather(flat, tf.tensor1d(indices, 'int32'), 2), [n, -1, blocks]);
  });
}

/** Puts blocks back into images and adds where they overlap; the transpose of {@link unfold}. */
export function fold(x: TensorLike, outputSize: PerAxis, kernelSize: PerAxis, options: FoldOptions = {}): Tensor {
  return scope(() => {
    const value = floats('fold', x);
    if (value.rank !== 3)
      throw new ShapeError(`ops.fold: expected [n, c · kh · kw, blocks]. Received: ${showShape(value.shape)}.`);
    const [h, w] = perAxis('fold', 'outputSize', outputSize, 2) as [number, number];
    const { indices, padded, padding } = blockIndices('fold', [h, w], kernelSize, options);
    const [n, rows, columns] = value.shape as [number, number, number];
    const channels = (rows * columns) / indices.length;
    if (!Number.isInteger(channels)) {
      throw new ShapeError(`ops.fold: ${showShape(value.shape)} are no blocks of an image of ${h} × ${w}.`);
    }
    const byPlace = tf.transpose(tf.reshape(value, [n * channels, indices.length]));
    const sums = tf.unsortedSegmentSum(byPlace, tf.tensor1d(indices, 'int32'), padded[0] * padded[1]);
    const images = tf.reshape(tf.transpose(sums), [n, channels, ...padded]);
    return tf.slice(images, [0, 0, padding[0], padding[1]], [n, channels, h, w]);
  });
}

/** The sums of products of vector `b` moved along vector `a`, where they overlap fully. */
export function convolveVectors(a: Tensor, b: Tensor): Tensor {
  const image = tf.reshape(a, [1, 1, a.size, 1]) as tf.Tensor4D;
  const kernel = tf.reshape(b, [1, b.size, 1, 1]) as tf.Tensor4D;
  return tf.reshape(tf.conv2d(image, kernel, 1, 'valid'), [-1]);
}

type Pair = [number, number];

/** The flat place in the padded image of each element (kh, kw, block row, block column). */
function blockIndices(
  who: string,
  size: Pair,
  kernelSize: PerAxis,
  options: FoldOptions,
): { indices: number[]; padded: Pair; padding: Pair; blocks: number } {
  const kernel = perAxis(who, 'kernelSize', kernelSize, 2) as Pair;
  const rate = perAxis(who, 'dilation', options.dilation ?? 1, 2) as Pair;
  const stride = perAxis(who, 'stride', options.stride ?? 1, 2) as Pair;
  const padding = perAxis(who, 'padding', options.padding ?? 0, 2, 0) as Pair;
  const padded = size.map((dim, i) => dim + 2 * padding[i]!) as Pair;
  const count = padded.map((dim, i) => Math.floor((dim - rate[i]! * (kernel[i]! - 1) - 1) / stride[i]!) + 1) as Pair;
  const indices: number[] = [];
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++)
      for (let row = 0; row < count[0]; row++)
        for (let column = 0; column < count[1]; column++)
          indices.push((row * stride[0] + i * rate[0]) * padded[1] + column * stride[1] + j * rate[1]);
  return { indices, padded, padding, blocks: count[0] * count[1] };
}
