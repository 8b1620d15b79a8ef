import {
  add,
  cast,
  clipByValue,
  gather,
  mul,
  reshape,
  scalar,
  type Tensor,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensor/shape.ts';

/** Places in images from which one pixel each is read: coordinates that broadcast together, whole numbers in float32. */
export interface Tap {
  /** Index of the image, int32. */
  readonly batch: Tensor;
  readonly y: Tensor;
  readonly x: Tensor;
  /** The part of the pixel that is taken; 0 where it is outside. */
  readonly weight: Tensor;
}

/** Index of each place in the flat list of pixels, int32; places outside give some pixel inside. */
function pixelIndex({ batch, y, x }: Tap, [, height, width]: number[]): Tensor {
  const whole = (at: Tensor, length: number): Tensor => cast(clipByValue(at, 0, length - 1), 'int32');
  const row = add(mul(batch, scalar(height!, 'int32')), whole(y, height!));
  return add(mul(row, scalar(width!, 'int32')), whole(x, width!));
}

/** The pixels of `image` `[batch, height, width, channels]` at a tap, without its weight: `[…places, channels]`. */
export function readPixels(image: Tensor, tap: Tap): Tensor {
  const channels = image.shape[3]!;
  return gather(reshape(image, [image.size / channels, channels]), pixelIndex(tap, image.shape));
}

/** The gradient of weighted reads with respect to the image: `dy` `[…places, channels]` goes back to where it was read. */
export function scatterPixels(dy: Tensor, taps: readonly Tap[], shape: number[]): Tensor {
  const channels = shape[3]!;
  const gradients = taps.map((tap) => {
    const index = pixelIndex(tap, shape);
    const rows = reshape(mul(dy, reshape(tap.weight, [...tap.weight.shape, 1])), [index.size, channels]);
    return unsortedSegmentSum(rows, reshape(index, [index.size]), sizeOf(shape) / channels);
  });
  return reshape(
    gradients.reduce((total, gradient) => add(total, gradient)),
    shape,
  );
}
