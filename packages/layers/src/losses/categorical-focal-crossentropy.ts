import { ArgumentError, ops, requireInteger, requireNumber, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import type { CategoricalCrossentropyConfig } from './categorical-crossentropy.ts';
import { smoothOneHot } from './label-smoothing.ts';
import { Loss } from './loss.ts';
import { epsilon, sameClasses } from './shapes.ts';

/** Options of {@link CategoricalFocalCrossentropy}. */
export interface CategoricalFocalCrossentropyConfig extends CategoricalCrossentropyConfig {
  /** The weight of all classes, or of each class of the last axis. @defaultValue `0.25` */
  readonly alpha?: number | readonly number[];
  /** How strongly easy samples are left out; 0 is the crossentropy times `alpha`. @defaultValue `2` */
  readonly gamma?: number;
}

const defaults = { alpha: 0.25, gamma: 2, fromLogits: false, labelSmoothing: 0, axis: -1 } as const;

/**
 * `−sum(alpha · (1 − p)^gamma · yTrue · ln(p))` over the classes: few hard samples count more than many easy ones.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `categorical_focal_crossentropy`
 * @example
 * categoricalFocalCrossentropy().apply([[0, 1]], [[0.5, 0.5]]); // 0.25 · 0.5² · ln(2) = 0.0433
 */
export class CategoricalFocalCrossentropy extends Loss<Resolved<CategoricalFocalCrossentropyConfig, typeof defaults>> {
  static override readonly className = 'CategoricalFocalCrossentropy';

  constructor(config: CategoricalFocalCrossentropyConfig = {}) {
    super({ ...defaults, ...config });
    const { alpha, gamma, labelSmoothing, axis } = this.config;
    const weights = typeof alpha === 'number' ? [alpha] : alpha;
    if (!Array.isArray(weights) || weights.some((weight) => typeof weight !== 'number')) {
      throw new ArgumentError('CategoricalFocalCrossentropy', 'alpha', 'a number, or one for each class', alpha);
    }
    requireNumber('CategoricalFocalCrossentropy', 'gamma', gamma, 0);
    requireNumber('CategoricalFocalCrossentropy', 'labelSmoothing', labelSmoothing, 0, 1);
    requireInteger('CategoricalFocalCrossentropy', 'axis', axis);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { alpha, gamma, fromLogits, labelSmoothing, axis } = this.config;
    const [labels, prediction] = sameClasses('CategoricalFocalCrossentropy', yTrue, yPred, axis);
    const truth = smoothOneHot(labels, labelSmoothing);
    const shares = fromLogits ? ops.softmax(prediction, { axis }) : prediction;
    const p = ops.clip(ops.divide(shares, ops.sum(shares, { axis, keepdims: true })), epsilon(), 1 - epsilon());
    const crossentropy = ops.negative(ops.multiply(truth, ops.log(p)));
    const weight = ops.multiply(ops.power(ops.subtract(1, p), gamma), alpha);
    return ops.sum(ops.multiply(weight, crossentropy), { axis });
  }
}

/** Short for `new CategoricalFocalCrossentropy(config)`. */
export const categoricalFocalCrossentropy = (
  config: CategoricalFocalCrossentropyConfig = {},
): CategoricalFocalCrossentropy => new CategoricalFocalCrossentropy(config);
