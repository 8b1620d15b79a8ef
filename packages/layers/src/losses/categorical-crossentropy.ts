import { ops, requireInteger, requireNumber, type Tensor } from '@capas/core';
import type { Resolved } from '../layer-config.ts';
import { smoothOneHot } from './label-smoothing.ts';
import { Loss, type LossConfig } from './loss.ts';
import { sameClasses } from './shapes.ts';

/** Options of {@link CategoricalCrossentropy}. */
export interface CategoricalCrossentropyConfig extends LossConfig {
  /** Whether `yPred` holds logits rather than probabilities. @defaultValue `false` */
  readonly fromLogits?: boolean;
  /** How far labels are moved towards the same share of every class, in 0…1. @defaultValue `0` */
  readonly labelSmoothing?: number;
  /** The axis of the classes. @defaultValue `-1` */
  readonly axis?: number;
}

const defaults = { fromLogits: false, labelSmoothing: 0, axis: -1 } as const;

/**
 * `−sum(yTrue · ln(p))` over the classes; probabilities are first made to add up to 1.
 *
 * Shapes: `yTrue` (one-hot or soft labels) and `yPred` `[batch, …, classes]` → `[batch, …]`.
 *
 * @throws ShapeError if `yTrue` and `yPred` differ in shape.
 * @see Keras 3, `keras/src/losses/losses.py`, `categorical_crossentropy`
 * @example
 * categoricalCrossentropy().apply([[0, 1]], [[0.5, 0.5]]); // ln(2) = 0.693
 */
export class CategoricalCrossentropy extends Loss<Resolved<CategoricalCrossentropyConfig, typeof defaults>> {
  static override readonly className = 'CategoricalCrossentropy';

  constructor(config: CategoricalCrossentropyConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('CategoricalCrossentropy', 'labelSmoothing', this.config.labelSmoothing, 0, 1);
    requireInteger('CategoricalCrossentropy', 'axis', this.config.axis);
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, labelSmoothing, axis } = this.config;
    const [truth, prediction] = sameClasses('CategoricalCrossentropy', yTrue, yPred, axis);
    return ops.categoricalCrossentropy(smoothOneHot(truth, labelSmoothing), prediction, { fromLogits, axis });
  }
}

/** Short for `new CategoricalCrossentropy(config)`. */
export const categoricalCrossentropy = (config: CategoricalCrossentropyConfig = {}): CategoricalCrossentropy =>
  new CategoricalCrossentropy(config);
