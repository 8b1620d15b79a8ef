import * as tf from '@tensorflow/tfjs-core';
import { type DataFormat, isChannelsFirst } from '../../data-format.ts';
import { ArgumentError } from '../../errors.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { conv } from '../conv.ts';
import { tensor } from '../support.ts';
import { type PerAxis, perAxis } from '../window.ts';
import { onImages } from './images.ts';

/** Options of {@link padImages}: of top, bottom and target height two are given, and so of the widths. */
export interface PadImagesOptions {
  readonly topPadding?: number | null;
  readonly leftPadding?: number | null;
  readonly bottomPadding?: number | null;
  readonly rightPadding?: number | null;
  readonly targetHeight?: number | null;
  readonly targetWidth?: number | null;
  readonly dataFormat?: DataFormat | null;
}

/** Images with zeros around them. */
export function padImages(images: TensorLike, options: PadImagesOptions): Tensor {
  return onImages('image.padImages', images, options.dataFormat, (x) => {
    const { topPadding, bottomPadding, targetHeight, leftPadding, rightPadding, targetWidth } = options;
    const vertical = split('padImages', 'topPadding', topPadding, bottomPadding, extra(targetHeight, x.shape[1]!));
    const horizontal = split('padImages', 'leftPadding', leftPadding, rightPadding, extra(targetWidth, x.shape[2]!));
    return tf.pad(x, [[0, 0], vertical, horizontal, [0, 0]]);
  });
}

/** Options of {@link cropImages}: of top, bottom and target height two are given, and so of the widths. */
export interface CropImagesOptions {
  readonly topCropping?: number | null;
  readonly leftCropping?: number | null;
  readonly bottomCropping?: number | null;
  readonly rightCropping?: number | null;
  readonly targetHeight?: number | null;
  readonly targetWidth?: number | null;
  readonly dataFormat?: DataFormat | null;
}

/** The inner part of images. */
export function cropImages(images: TensorLike, options: CropImagesOptions): Tensor {
  return onImages('image.cropImages', images, options.dataFormat, (x) => {
    const { topCropping, bottomCropping, targetHeight, leftCropping, rightCropping, targetWidth } = options;
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const less = (target: number | null | undefined, length: number) => (isGiven(target) ? length - target : undefined);
    const [top, bottom] = split('cropImages', 'topCropping', topCropping, bottomCropping, less(targetHeight, h));
    const [left, right] = split('cropImages', 'leftCropping', leftCropping, rightCropping, less(targetWidth, w));
    if (top + bottom >= h || left + right >= w) {
      throw new ArgumentError('ops.image.cropImages', 'images', 'larger than what is cut off', x);
    }
    return tf.slice(x, [0, top, left, 0], [n, h - top - bottom, w - left - right, c]);
  });
}

/** Options of {@link extractPatches}. */
export interface PatchOptions {
  /** @defaultValue the size */
  readonly strides?: PerAxis | null;
  /** @defaultValue `1` */
  readonly dilationRate?: PerAxis;
  /** @defaultValue `'valid'` */
  readonly padding?: 'valid' | 'same';
  readonly dataFormat?: DataFormat | null;
}

/** The patches of images, flattened into the channels: `[n, h, w, c]` gives `[n, rows, columns, size · size · c]`. */
export function extractPatches(images: TensorLike, size: PerAxis, options: PatchOptions = {}): Tensor {
  if (typeof size !== 'number' && size.length === 3) return extractPatches3d(images, size, options);
  return patches('extractPatches', images, size, options, 2);
}

/** The patches of volumes `[n, d, h, w, c]`, flattened into the channels. */
export function extractPatches3d(volumes: TensorLike, size: PerAxis, options: PatchOptions = {}): Tensor {
  return patches('extractPatches3d', volumes, size, options, 3);
}

/** A convolution whose kernel is the unit matrix: each of its outputs is one pixel of the patch. */
function patches(who: string, images: TensorLike, size: PerAxis, options: PatchOptions, n: number): Tensor {
  return scope(() => {
    const given = tensor(`image.${who}`, images, 'float32');
    const single = given.rank === n + 1;
    const x = single ? tf.expandDims(given, 0) : given;
    const { strides, dilationRate = 1, padding = 'valid', dataFormat } = options;
    const window = perAxis(`image.${who}`, 'size', size, n);
    const channels = x.shape[isChannelsFirst(`ops.image.${who}`, dataFormat) ? 1 : n + 1]!;
    const outputs = window.reduce((product, dim) => product * dim, channels);
    const kernel = tf.reshape(tf.eye(outputs), [...window, channels, outputs]);
    const result = conv(x, kernel, { strides: strides ?? window, dilationRate, padding, dataFormat });
    return single ? tf.squeeze(result, [0]) : result;
  });
}

const isGiven = (value: number | null | undefined): value is number => value !== null && value !== undefined;

const extra = (target: number | null | undefined, length: number): number | undefined =>
  isGiven(target) ? target - length : undefined;

/** Before and after, of which one may follow from the total. */
function split(
  who: string,
  argument: string,
  before: number | null | undefined,
  after: number | null | undefined,
  total: number | undefined,
): [number, number] {
  const first = before ?? (total !== undefined && isGiven(after) ? total - after : undefined);
  const second = after ?? (total !== undefined && isGiven(before) ? total - before : undefined);
  if (first === undefined || second === undefined || first < 0 || second < 0) {
    const expected = 'such that, with its opposite and the target, two of three are given and none falls below 0';
    throw new ArgumentError(`ops.image.${who}`, argument, expected, [before, after]);
  }
  return [first, second];
}
