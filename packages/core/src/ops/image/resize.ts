import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../../check.ts';
import type { DataFormat } from '../../data-format.ts';
import { ArgumentError } from '../../errors.ts';
import { scope } from '../../tensor/scope.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { axisOf, constant, floats, tensor, weighted } from '../support.ts';
import { onImages } from './images.ts';
import { type Kernel, resizeWeights, scaleWeights } from './resize-weights.ts';

/** How {@link resize} finds a pixel between others. */
export type Interpolation = 'bilinear' | 'nearest' | 'bicubic' | 'area' | 'lanczos3' | 'lanczos5';

/** Options of {@link resize}. */
export interface ResizeOptions {
  /** @defaultValue `'bilinear'` */
  readonly interpolation?: Interpolation;
  /** Whether shrinking averages over all pixels. @defaultValue `false` */
  readonly antialias?: boolean;
  /** Cuts the image to the aspect ratio of the target first. */
  readonly cropToAspectRatio?: boolean;
  /** Adds a border of `fillValue` to reach the aspect ratio of the target first. */
  readonly padToAspectRatio?: boolean;
  readonly fillMode?: 'constant';
  /** @defaultValue `0` */
  readonly fillValue?: number;
  readonly dataFormat?: DataFormat | null;
}

/** Images `[h, w, c]` or `[n, h, w, c]` in another size `[height, width]`; pixels are squares with centres at ½. */
export function resize(images: TensorLike, size: readonly [number, number], options: ResizeOptions = {}): Tensor {
  const { interpolation = 'bilinear', antialias = false, fillValue = 0 } = options;
  const all = ['bilinear', 'nearest', 'bicubic', 'area', 'lanczos3', 'lanczos5'] as const;
  requireOneOf('ops.image.resize', 'interpolation', interpolation, all);
  if (options.cropToAspectRatio && options.padToAspectRatio) {
    throw new ArgumentError('ops.image.resize', 'padToAspectRatio', 'false where cropToAspectRatio is true', true);
  }
  return onImages('image.resize', images, options.dataFormat, (given) => {
    let x = given;
    if (options.cropToAspectRatio) x = cropped(x, size);
    if (options.padToAspectRatio) x = padded(x, size, fillValue);
    const whole = x.dtype === 'int32';
    const resized = size.reduce<Tensor>((y, length, i) => {
      const from = y.shape[i + 1]!;
      if (interpolation === 'nearest') return tf.gather(y, nearest(from, length), i + 1);
      const weights = resizeWeights(interpolation, antialias, from, length);
      return weighted(tf.cast(y, 'float32'), weights, i + 1);
    }, x);
    return whole && interpolation !== 'nearest' ? tf.cast(tf.round(resized), 'int32') : resized;
  });
}

/** Options of {@link scaleAndTranslate}. */
export interface ScaleAndTranslateOptions {
  /** @defaultValue `true` */
  readonly antialias?: boolean;
}

/** Resamples the axes `spatialDims` so that a pixel at `x` comes to `x · scale + translation`. */
export function scaleAndTranslate(
  images: TensorLike,
  outputShape: Shape,
  scale: TensorLike,
  translation: TensorLike,
  spatialDims: readonly number[],
  method: 'linear' | 'bilinear' | 'trilinear' | 'cubic' | 'bicubic' | 'tricubic' | 'lanczos3' | 'lanczos5',
  options: ScaleAndTranslateOptions = {},
): Tensor {
  const kernel: Kernel = method.endsWith('linear') ? 'linear' : method.endsWith('cubic') ? 'cubic' : (method as Kernel);
  requireOneOf('ops.image.scaleAndTranslate', 'method', kernel, ['linear', 'cubic', 'lanczos3', 'lanczos5']);
  return scope(() => {
    const given = tensor('image.scaleAndTranslate', images);
    const scales = floats('image.scaleAndTranslate', scale);
    const moves = floats('image.scaleAndTranslate', translation);
    const result = spatialDims.reduce<Tensor>(
      (x, dim, i) => {
        const axis = axisOf('image.scaleAndTranslate', dim, x.rank);
        const at = (values: Tensor) => tf.slice(values, [i], [1]);
        const sizes: [number, number] = [x.shape[axis]!, outputShape[axis]!];
        const weights = scaleWeights(...sizes, at(scales), at(moves), kernel, options.antialias ?? true);
        return weighted(x, weights, axis);
      },
      tf.cast(given, 'float32'),
    );
    if (given.dtype !== 'int32') return result;
    const limited = tf.minimum(
      tf.maximum(tf.round(result), tf.cast(tf.min(given), 'float32')),
      tf.cast(tf.max(given), 'float32'),
    );
    return tf.cast(limited, 'int32');
  });
}

const nearest = (from: number, to: number): Tensor =>
  constant(() =>
    tf.tensor1d(
      Array.from({ length: to }, (_, i) => Math.min(Math.floor(((i + 0.5) * from) / to), from - 1)),
      'int32',
    ),
  );

function cropped(x: Tensor, [height, width]: readonly [number, number]): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const cut = (length: number, wanted: number) => Math.max(1, Math.min(length, Math.trunc(wanted)));
  const [tall, wide] = [cut(h, (w * height) / width), cut(w, (h * width) / height)];
  return tf.slice(x, [0, Math.trunc((h - tall) / 2), Math.trunc((w - wide) / 2), 0], [n, tall, wide, c]);
}

function padded(x: Tensor, [height, width]: readonly [number, number], fillValue: number): Tensor {
  const [, h, w] = x.shape as [number, number, number, number];
  const border = (length: number, wanted: number) => Math.trunc((Math.max(length, Math.trunc(wanted)) - length) / 2);
  const [top, left] = [border(h, (w * height) / width), border(w, (h * width) / height)];
  return tf.pad(
    x,
    [
      [0, 0],
      [top, top],
      [left, left],
      [0, 0],
    ],
    fillValue,
  );
}
