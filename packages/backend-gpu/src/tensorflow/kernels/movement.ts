import * as tf from '@tensorflow/tfjs-core';
import type { CorrectedKernel } from './corrected-kernel.ts';

/** TensorFlow concatenates two tensors or more. */
export const concat: CorrectedKernel = {
  name: 'Concat',
  run: (inputs, attrs, original) => {
    const list = Object.values(inputs);
    return list.length === 1 ? tf.clone(list[0]!) : original(inputs, attrs);
  },
};

/** tfjs-node checks the indices against the axis, and does not know axes that are counted from the end. */
export const gather: CorrectedKernel = {
  name: 'GatherV2',
  run: (inputs, attrs, original) => {
    const axis = attrs.axis as number;
    return original(inputs, { ...attrs, axis: axis < 0 ? axis + inputs.x!.rank : axis });
  },
};
