import * as tf from '@tensorflow/tfjs-core';
import type { CorrectedKernel } from './corrected-kernel.ts';

/** TensorFlow leaves out negative ids, and on the CPU fails for ids beyond the last segment: those become negative. */
export const unsortedSegmentSum: CorrectedKernel = {
  name: 'UnsortedSegmentSum',
  run: ({ x, segmentIds }, attrs, original) => {
    const numSegments = attrs.numSegments as number;
    if (x!.size === 0) return tf.zeros([numSegments, ...x!.shape.slice(segmentIds!.rank)], x!.dtype);
    const isKnown = tf.less(segmentIds!, tf.scalar(numSegments, 'int32'));
    return original({ x: x!, segmentIds: tf.where(isKnown, segmentIds!, tf.scalar(-1, 'int32')) }, attrs);
  },
};
