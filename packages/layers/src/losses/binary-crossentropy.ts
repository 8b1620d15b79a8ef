import { ops, requireInteger, requireNumber, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { smoothBinary } from './label-smoothing.ts';
import { Loss, type LossConfig } from './loss.ts';
import { sameShapes } from './shapes.ts';

/** Options of {@link BinaryCrossentropy}. */
export interface BinaryCrossentropyConfig extends LossConfig {
  /** Whether `yPred` holds logits rather than probabilities. @defaultValue `false` */
  readonly fromLogits?: boolean;
  /** How far labels are moved from 0 and 1 towards 0.5, in 0…1. @defaultValue `0` */
  readonly labelSmoothing?: number;
  /** The axis that is averaged over. @defaultValue `-1` */
  readonly axis?: number;
}

const defaults = { fromLogits: false, labelSmoothing: 0, axis: -1 } as const;

/**
 * `−mean(yTrue · ln(p) + (1 − yTrue) · ln(1 − p))` along an axis, for two classes or several labels.
 *
 * Shapes: `yTrue` and `yPred` `[batch, …, labels]`, labels 0 and 1.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `binary_crossentropy`
 * @example
 * binaryCrossentropy().apply([[1], [0]], [[0.5], [0.5]]); // ln(2) = 0.693
 */
export class BinaryCrossentropy extends Loss<Resolved<BinaryCrossentropyConfig, typeof defaults>> {
  static override readonly className = 'BinaryCrossentropy';

  constructor(config: BinaryCrossentropyConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('BinaryCrossentropy', 'labelSmoothing', this.config.labelSmoothing, 0, 1);
    requireInteger('BinaryCrossentropy', 'axis', this.config.axis);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this.config;
    const hint = yPred.shape.at(-1) === 1 ? '' : 'For labels of more than two classes use a categorical loss.';
    const [truth, prediction] = sameShapes('BinaryCrossentropy', yTrue, yPred, hint);
    const values = ops.binaryCrossentropy(smoothBinary(truth, labelSmoothing), prediction, { fromLogits });
    return ops.mean(values, { axis });
  }
}

/** Short for `new BinaryCrossentropy(config)`. */
export const binaryCrossentropy = (config: BinaryCrossentropyConfig = {}): BinaryCrossentropy =>
  new BinaryCrossentropy(config);
