import * as tf from '@tensorflow/tfjs-core';
import type { CorrectedKernel } from './corrected-kernel.ts';

/** TensorFlow normalizes images, channels last: other ranks become images of one pixel, and back. */
export const fusedBatchNorm: CorrectedKernel = {
  name: 'FusedBatchNorm',
  run: ({ x, mean, variance, scale, offset }, attrs, original) => {
    const isPerChannel = mean!.rank === 1;
    const full = {
      mean: mean!,
      variance: variance!,
      scale: scale ?? tf.onesLike(mean!),
      offset: offset ?? tf.zerosLike(mean!),
    };
    if (!isPerChannel || x!.rank === 4) return original({ x: x!, ...full }, attrs);
    const image = tf.reshape(x!, [-1, 1, 1, mean!.size]);
    return tf.reshape(original({ x: image, ...full }, attrs), x!.shape);
  },
};
