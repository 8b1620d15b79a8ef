import * as tf from '@tensorflow/tfjs-core';
import type { DataFormat } from '../../data-format.ts';
import { ShapeError, showShape } from '../../errors.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { constant } from '../support.ts';
import { onImages } from './images.ts';

/** Options of ops on images. */
export interface ImageOptions {
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

/** `0.2989 R + 0.587 G + 0.114 B`: three channels become one; one stays. */
export function rgbToGrayscale(images: TensorLike, options: ImageOptions = {}): Tensor {
  return onImages('image.rgbToGrayscale', images, options.dataFormat, (x) => {
    const channels = x.shape[3]!;
    if (channels === 1) return x;
    requireThree('rgbToGrayscale', x);
    const gray = tf.sum(tf.mul(tf.cast(x, 'float32'), tf.tensor1d([0.2989, 0.587, 0.114])), 3, true);
    return tf.cast(gray, x.dtype);
  });
}

/** Hue, saturation and value, each 0…1, of red, green and blue, each 0…1. */
export function rgbToHsv(images: TensorLike, options: ImageOptions = {}): Tensor {
  return onImages('image.rgbToHsv', images, options.dataFormat, (x) => {
    requireThree('rgbToHsv', x);
    const [r, g, b] = tf.split(tf.cast(x, 'float32'), 3, 3) as [Tensor, Tensor, Tensor];
    const value = tf.maximum(tf.maximum(r, g), b);
    const range = tf.sub(value, tf.minimum(tf.minimum(r, g), b));
    const saturation = ratio(range, value);
    const sixth = (a: Tensor, c: Tensor, start: number) => tf.add(tf.div(ratio(tf.sub(a, c), range), 6), start);
    const isRed = constant(() => tf.equal(r, value));
    const isGreen = constant(() => tf.equal(g, value));
    const hue = tf.where(isRed, sixth(g, b, 0), tf.where(isGreen, sixth(b, r, 2 / 6), sixth(r, g, 4 / 6)));
    const gray = constant(() => tf.lessEqual(range, 0));
    const positive = tf.add(
      hue,
      constant(() => tf.cast(tf.less(hue, 0), 'float32')),
    );
    return tf.concat([tf.where(gray, tf.zerosLike(hue), positive), saturation, value], 3);
  });
}

/** Red, green and blue of hue, saturation and value, all 0…1. */
export function hsvToRgb(images: TensorLike, options: ImageOptions = {}): Tensor {
  return onImages('image.hsvToRgb', images, options.dataFormat, (x) => {
    requireThree('hsvToRgb', x);
    const [h, s, v] = tf.split(tf.cast(x, 'float32'), 3, 3) as [Tensor, Tensor, Tensor];
    const angle = tf.mul(h, 6);
    const limited = (a: Tensor) => tf.clipByValue(a, 0, 1);
    const strength = [
      limited(tf.sub(tf.abs(tf.sub(angle, 3)), 1)),
      limited(tf.sub(2, tf.abs(tf.sub(angle, 2)))),
      limited(tf.sub(2, tf.abs(tf.sub(angle, 4)))),
    ];
    const channels = strength.map((share) => tf.mul(tf.add(tf.mul(tf.sub(share, 1), s), 1), v));
    return tf.concat(channels, 3);
  });
}

function ratio(a: Tensor, b: Tensor): Tensor {
  const zero = constant(() => tf.lessEqual(b, 0));
  return tf.where(zero, tf.zerosLike(b), tf.div(a, tf.where(zero, tf.onesLike(b), b)));
}

function requireThree(who: string, x: Tensor): void {
  if (x.shape[3] !== 3) throw new ShapeError(`ops.image.${who}: expected 3 channels. Received: ${showShape(x.shape)}.`);
}
