import { registerKernelOnce } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Inputs } from './corrected-kernel.ts';

/** A kernel that no backend of tfjs has, in terms of kernels that TensorFlow has. */
export interface AddedKernel {
  readonly name: string;
  /** What it makes besides its result is freed. */
  run(inputs: Inputs, attrs: Attributes): tf.Tensor;
}

/** The kernels that core knows and tfjs names, but implements nowhere. */
export const addedKernels: readonly AddedKernel[] = [
  {
    name: 'BroadcastTo',
    run: ({ x }, attrs) => {
      const shape = attrs.shape as number[];
      if (shape.includes(0)) return tf.zeros(shape, x!.dtype);
      const from = [...Array<number>(shape.length - x!.rank).fill(1), ...x!.shape];
      return tf.tile(
        tf.reshape(x!, from),
        shape.map((size, axis) => (from[axis] === size ? 1 : size)),
      );
    },
  },
  {
    name: 'LogSoftmax',
    run: ({ logits }, attrs) => {
      const axis = attrs.axis as number;
      const shifted = tf.sub(logits!, tf.max(logits!, axis, true));
      return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
    },
  },
];

/** Registers them, each unless the backend has it. */
export function installAdded(kernels: readonly AddedKernel[], backendName: string): void {
  for (const { name, run } of kernels) {
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) =>
      tf.tidy(() => run(inputs as Inputs, (attrs ?? {}) as Attributes));
    registerKernelOnce({ kernelName: name, backendName, kernelFunc });
  }
}
