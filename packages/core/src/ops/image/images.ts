import * as tf from '@tensorflow/tfjs-core';
import { type DataFormat, isChannelsFirst } from '../../data-format.ts';
import { ShapeError, showShape } from '../../errors.ts';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { tensor } from '../support.ts';
import { fromChannelsLast, toChannelsLast } from '../window.ts';

/** Runs `fn` on images as `[n, h, w, c]`; one image without a batch axis, and channels in front, come back as they came. */
export function onImages(
  who: string,
  images: TensorLike,
  dataFormat: DataFormat | null | undefined,
  fn: (x: Tensor) => Tensor,
): Tensor {
  return scope(() => {
    const given = tensor(who, images);
    if (given.rank !== 3 && given.rank !== 4) {
      throw new ShapeError(
        `ops.${who}: expected an image of rank 3 or a batch of rank 4. Received: ${showShape(given.shape)}.`,
      );
    }
    const channelsFirst = isChannelsFirst(`ops.${who}`, dataFormat);
    const batch = given.rank === 3 ? tf.expandDims(given, 0) : given;
    const result = fromChannelsLast(fn(toChannelsLast(batch, channelsFirst)), channelsFirst);
    return given.rank === 3 ? tf.squeeze(result, [0]) : tf.clone(result);
  });
}
