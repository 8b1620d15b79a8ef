import { ops, requireNumber, toTensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Slots, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link SGD}; the learning rate is 0.01 unless given. */
export interface SGDConfig extends OptimizerConfig {
  /** The share of the last step in this one. @defaultValue 0 */
  readonly momentum?: number;
  /** Whether the gradient counts as that after the momentum step. @defaultValue `false` */
  readonly nesterov?: boolean;
}

type Own = Required<Omit<SGDConfig, keyof OptimizerConfig>>;

/**
 * Gradient descent, with momentum if asked for: `m = momentum · m − learningRate · g`, `w += m`.
 *
 * @see Keras 3, `keras/src/optimizers/sgd.py`
 */
export class SGD extends Optimizer<Own> {
  static override readonly className: string = 'SGD';
  #momentums: Slots = new Map();

  constructor(config: SGDConfig = {}) {
    const who = new.target.className;
    super(
      { learningRate: 0.01, ...config },
      {
        momentum: requireNumber(who, 'momentum', config.momentum ?? 0, 0, 1),
        nesterov: config.nesterov ?? false,
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    if (this.config.momentum !== 0) [this.#momentums] = this.addSlots(variables, ['momentum']);
  }

  protected override update(pairs: readonly GradientPair[], { learningRate }: Step): void {
    const momentum = toTensor(this.config.momentum);
    for (const { gradient, variable } of pairs) {
      const step = ops.multiply(gradient, learningRate);
      const slot = this.#momentums.get(variable);
      if (!slot) {
        this.assign(variable, ops.subtract(variable.value, step));
        continue;
      }
      const moved = ops.subtract(ops.multiply(slot.value, momentum), step);
      this.assign(slot, moved);
      const change = this.config.nesterov ? ops.subtract(ops.multiply(moved, momentum), step) : moved;
      this.assign(variable, ops.add(variable.value, change));
    }
  }
}

/** Makes an {@link SGD} optimizer. */
export const sgd = (config: SGDConfig = {}): SGD => new SGD(config);
