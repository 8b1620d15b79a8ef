import * as tf from '@tensorflow/tfjs-core';
import { scope } from './tensor/scope.ts';
import type { Tensor } from './tensor/tensor.ts';

/** The parts of a gradient that was added up by row: `gradient[ids[i]] += values[i]`, as a table look-up gives it. */
export interface GradientSlices {
  /** int32 `[n]` */
  readonly ids: Tensor;
  /** `[n, …row]` */
  readonly values: Tensor;
}

const slices = new WeakMap<Tensor, GradientSlices>();

/** The parts of a gradient, if it was added up by row and they are still there. */
export function slicesOf(gradient: Tensor): GradientSlices | undefined {
  const parts = slices.get(gradient);
  return parts?.values.isDisposed ? undefined : parts;
}

/** The tensors to keep for gradients that are being computed now; `undefined` while nobody wants them. */
const collecting: { kept: Tensor[] | undefined } = { kept: undefined };

/** Remembers the parts of a gradient, if a gradient with respect to variables is being computed. Called by `GatherV2`. */
export function recordSlices(gradient: Tensor, ids: Tensor, values: Tensor): void {
  if (!collecting.kept) return;
  const parts = { ids: tf.keep(tf.clone(ids)), values: tf.keep(tf.clone(values)) };
  collecting.kept.push(parts.ids, parts.values);
  slices.set(gradient, parts);
}

/** Runs `fn`, and returns with its result the tensors that were kept for {@link squareByParts}. */
export function collectSlices<T>(fn: () => T): { result: T; kept: readonly Tensor[] } {
  const outer = collecting.kept;
  collecting.kept = [];
  try {
    return { result: fn(), kept: collecting.kept };
  } finally {
    collecting.kept = outer;
  }
}

/**
 * The square of a gradient, part by part: where a row of a table was looked up several times in a batch, the sum of the
 * squares of its parts and not the square of their sum. For any other gradient it is the square.
 *
 * Adaptive optimizers use it, because Keras on TensorFlow does: see `docs/decisions/0004-squares-of-sparse-gradients.md`.
 */
export function squareByParts(gradient: Tensor): Tensor {
  const parts = slicesOf(gradient);
  if (!parts) return tf.square(gradient);
  return scope(() => {
    const { ids, values } = parts;
    return tf.reshape(tf.unsortedSegmentSum(tf.square(values), ids as tf.Tensor1D, gradient.shape[0]!), gradient.shape);
  });
}
