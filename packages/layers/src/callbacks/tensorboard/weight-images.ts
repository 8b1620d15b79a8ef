import type { ImageBytes } from './png.ts';

/**
 * A weight as images, 0 black and 1 white: a vector as a column, a matrix as it lies (its longer side across), a kernel of
 * three axes as an image for each of the last, one of four as a batch of images.
 *
 * @returns none where it cannot be shown: a scalar, or more axes, or other than 1, 3 or 4 channels
 * @see Keras 3, `keras/src/callbacks/tensorboard.py`
 */
export function weightImages(shape: readonly number[], data: ArrayLike<number>): readonly ImageBytes[] {
  const [a = 1, b = 1, c = 1, d = 1, ...more] = shape.filter((length) => length !== 1);
  const rank = shape.filter((length) => length !== 1).length;
  const image = (height: number, width: number, channels: number, at: (pixel: number) => number): ImageBytes => ({
    ...{ height, width, channels },
    data: Uint8Array.from({ length: height * width * channels }, (_, i) => toByte(data[at(i)]!)),
  });
  if (rank === 0 || more.length > 0 || shape.includes(0)) return [];
  if (rank === 1) return [image(a, 1, 1, (i) => i)];
  if (rank === 2) return [a > b ? image(b, a, 1, (i) => (i % a) * b + Math.floor(i / a)) : image(a, b, 1, (i) => i)];
  if (rank === 3) return Array.from({ length: c }, (_, last) => image(a, b, 1, (i) => i * c + last));
  if (d !== 3 && d !== 4) return [];
  return Array.from({ length: a }, (_, first) => image(b, c, d, (i) => first * b * c * d + i));
}

/** As TensorFlow converts images of floats. */
const toByte = (value: number): number => Math.min(255, Math.max(0, Math.floor(value * 255.5))) || 0;
