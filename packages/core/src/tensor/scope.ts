import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from './tensor.ts';

/** Anything that tensors may stand in: a tensor, or lists and records of them. */
export type TensorTree =
  | Tensor
  | void
  | null
  | undefined
  | boolean
  | number
  | string
  | readonly TensorTree[]
  | { [name: string]: TensorTree };

/**
 * Runs `fn` and frees every tensor that it made, but those that it returns or that were kept. `fn` must not be async.
 *
 * @example
 * const length = scope(() => ops.sqrt(ops.sum(ops.square(x)))); // the square and the sum are freed
 */
export function scope<T>(fn: () => T): T {
  // tfjs types the result as its own container of tensors; it handles any value
  return tf.tidy(fn as () => tf.TensorContainer) as T;
}

/** Keeps a tensor beyond the scope it was made in. Who keeps it, disposes of it. */
export const keep = <T extends Tensor>(tensor: T): T => tf.keep(tensor);

/** Frees tensors: one, or all that stand in lists and records. */
export function dispose(tree: TensorTree): void {
  tf.dispose(tree as tf.TensorContainer);
}

/** How much the backend holds now. */
export interface MemoryInfo {
  readonly tensors: number;
  readonly buffers: number;
  /** Of all tensors, views counted like the others. */
  readonly bytes: number;
}

/** Counts the tensors that are alive, their buffers (views share one) and bytes. */
export function memory(): MemoryInfo {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { tensors: numTensors, buffers: numDataBuffers, bytes: numBytes };
}
