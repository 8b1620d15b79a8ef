import * as tf from '@tensorflow/tfjs-core';
import * as config from '../config.ts';
import { ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { axisOf, constant, floats, tensor } from './support.ts';

/** Options of {@link categoricalCrossentropy}. */
export interface CrossentropyOptions {
  /** Whether `output` holds logits rather than probabilities; more accurate. @defaultValue `false` */
  readonly fromLogits?: boolean | undefined;
  /** Where the classes stand. @defaultValue `-1` */
  readonly axis?: number | undefined;
}

/** `−(t ln p + (1 − t) ln(1 − p))`, element by element; from logits `t softplus(−z) + (1 − t) softplus(z)`. */
export function binaryCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options: { readonly fromLogits?: boolean | undefined } = {},
): Tensor {
  return scope(() => {
    const [t, p] = sameShapes('binaryCrossentropy', target, output);
    if (options.fromLogits) {
      // of relu and abs, whose gradients at 0 are 0, the sum would have the wrong gradient for a logit of exactly 0
      return tf.add(tf.mul(t, tf.softplus(tf.neg(p))), tf.mul(tf.sub(1, t), tf.softplus(p)));
    }
    const clipped = tf.clipByValue(p, config.epsilon(), 1 - config.epsilon());
    const positive = tf.mul(t, tf.log(clipped));
    const negative = tf.mul(tf.sub(1, t), tf.log(tf.sub(1, clipped)));
    return tf.neg(tf.add(positive, negative));
  });
}

/** `−Σ t ln p` over the classes: `[…, classes]` twice gives `[…]`. Probabilities are first scaled to a sum of 1. */
export function categoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options: CrossentropyOptions = {},
): Tensor {
  return scope(() => {
    const [t, p] = sameShapes('categoricalCrossentropy', target, output);
    const axis = axisOf('categoricalCrossentropy', options.axis ?? -1, p.rank);
    if (options.fromLogits) {
      return crossentropyOfLogits(toLast(t, axis), toLast(p, axis));
    }
    const share = tf.div(p, tf.sum(p, axis, true));
    return tf.neg(tf.sum(tf.mul(t, tf.log(tf.clipByValue(share, config.epsilon(), 1 - config.epsilon()))), axis));
  });
}

/**
 * `−ln p[target]`: class indices `[…]` (or `[…, 1]`) and `[…, classes]` give `[…]`. Where an index is no class, NaN.
 *
 * Of probabilities Keras takes the logarithm and then treats it as logits; so does this.
 */
export function sparseCategoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  options: CrossentropyOptions = {},
): Tensor {
  return scope(() => {
    const who = 'ops.sparseCategoricalCrossentropy';
    let t = tensor('sparseCategoricalCrossentropy', target, 'int32');
    const p = floats('sparseCategoricalCrossentropy', output);
    const axis = axisOf('sparseCategoricalCrossentropy', options.axis ?? -1, p.rank);
    if (axis !== p.rank - 1)
      throw new ShapeError(`${who}: the classes must be on the last axis. Received: axis ${axis}.`);
    if (t.rank === p.rank && t.shape.at(-1) === 1) t = tf.squeeze(t, [-1]);
    if (!sameShape(t.shape, p.shape.slice(0, -1))) {
      throw new ShapeError(
        `${who}: \`target\` must have the shape of \`output\` without the classes, ${showShape(p.shape.slice(0, -1))}. Received: ${showShape(t.shape)}.`,
      );
    }
    const classes = p.shape.at(-1)!;
    const logits = options.fromLogits ? p : tf.log(tf.clipByValue(p, config.epsilon(), 1 - config.epsilon()));
    const chosen = constant(() => tf.oneHot(t, classes, 1, 0, 'float32'));
    const losses = tf.neg(tf.sum(tf.mul(chosen, tf.logSoftmax(logits)), -1));
    const valid = constant(() => tf.logicalAnd(tf.greaterEqual(t, 0), tf.less(t, classes)));
    return tf.where(valid, losses, tf.fill(losses.shape, Number.NaN));
  });
}

/**
 * `−Σ t ln softmax(z)` over the last axis. Its gradient is `softmax(z) − t`, also for labels that do not sum to 1: such is
 * TensorFlow's, and thereby Keras's.
 */
function crossentropyOfLogits(t: Tensor, z: Tensor): Tensor {
  return tf.customGrad((...args) => {
    const [labels, logits, save] = args as [Tensor, Tensor, (tensors: Tensor[]) => void];
    const logShare = tf.logSoftmax(logits);
    save([labels, logShare]);
    return {
      value: tf.neg(tf.sum(tf.mul(labels, logShare), -1)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [target, logP] = saved as [Tensor, Tensor];
        const weight = tf.expandDims(dy, -1);
        return [tf.neg(tf.mul(weight, logP)), tf.mul(weight, tf.sub(tf.exp(logP), target))];
      },
    };
  })(t, z);
}

/** `x` with `axis` moved to the end. */
function toLast(x: Tensor, axis: number): Tensor {
  if (axis === x.rank - 1) return x;
  const order = x.shape.map((_, i) => i);
  order.splice(axis, 1);
  return tf.transpose(x, [...order, axis]);
}

function sameShapes(who: string, target: TensorLike, output: TensorLike): [Tensor, Tensor] {
  const t = floats(who, target);
  const p = floats(who, output);
  if (!sameShape(t.shape, p.shape)) {
    throw new ShapeError(
      `ops.${who}: \`target\` and \`output\` must have the same shape. Received: ${showShape(t.shape)} and ${showShape(p.shape)}.`,
    );
  }
  return [t, p];
}
