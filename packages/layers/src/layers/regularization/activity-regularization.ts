import { type PartialShape, requireNumber, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { L1L2 } from '../../regularizers/index.ts';

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationConfig extends LayerConfig {
  /** The factor of the sum of absolute values. @defaultValue 0 */
  readonly l1?: number;
  /** The factor of the sum of squares. @defaultValue 0 */
  readonly l2?: number;
}

const defaults = { l1: 0, l2: 0 } as const;

/**
 * Passes its input on, and adds `(l1 Σ|x| + l2 Σx²) / batch` to the loss.
 *
 * Shapes: the output has the shape of the input.
 *
 * @see Keras 3, `keras/src/layers/regularization/activity_regularization.py`
 * @example
 * new ActivityRegularization({ l2: 0.01 }).apply([[1, 2]]);
 */
export class ActivityRegularization extends Layer<Resolved<ActivityRegularizationConfig, typeof defaults>> {
  static override readonly className = 'ActivityRegularization';

  constructor(config: ActivityRegularizationConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('ActivityRegularization', 'l1', this.config.l1);
    requireNumber('ActivityRegularization', 'l2', this.config.l2);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return inputs;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }

  protected override activityPenalty(): L1L2 {
    const { l1, l2 } = this.config;
    return new L1L2({ l1, l2 });
  }
}

/** Short for `new ActivityRegularization(config)`. */
export const activityRegularization = (config: ActivityRegularizationConfig = {}): ActivityRegularization =>
  new ActivityRegularization(config);
