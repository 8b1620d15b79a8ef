import {
  ArgumentError,
  ops,
  requireInteger,
  requireNumber,
  scope,
  type Tensor,
  toTensor,
  type Variable,
} from '@capas/core';
import type { LearningRateSchedule, ScheduleIdentifier } from '../schedules/index.ts';
import type { Gradients } from './gradient-pairs.ts';
import { Optimizer } from './optimizer.ts';

/** Options of {@link LossScaleOptimizer}. */
export interface LossScaleOptimizerConfig {
  readonly name?: string | null;
  readonly innerOptimizer: Optimizer;
  /** @defaultValue 32768 */
  readonly initialScale?: number;
  /** After how many finite steps the scale is doubled. @defaultValue 2000 */
  readonly dynamicGrowthSteps?: number;
}

type Own = Required<Omit<LossScaleOptimizerConfig, 'name'>>;

/**
 * Scales the loss, so that small gradients do not vanish in float16, by as much as keeps them finite: a step with
 * gradients that are not finite changes nothing but halves the scale.
 *
 * @see Keras 3, `keras/src/optimizers/loss_scale_optimizer.py`
 */
export class LossScaleOptimizer extends Optimizer<Own> {
  static override readonly className = 'LossScaleOptimizer';
  readonly #counter: Variable;
  readonly #scale: Variable;

  constructor(config: LossScaleOptimizerConfig) {
    const { innerOptimizer, initialScale = 2 ** 15, dynamicGrowthSteps = 2000, name } = config;
    if (!(innerOptimizer instanceof Optimizer)) {
      throw new ArgumentError('LossScaleOptimizer', 'innerOptimizer', 'an optimizer', innerOptimizer);
    }
    super(
      { learningRate: 0, name: name ?? null },
      {
        innerOptimizer,
        initialScale: requireNumber('LossScaleOptimizer', 'initialScale', initialScale, Number.MIN_VALUE),
        dynamicGrowthSteps: requireInteger('LossScaleOptimizer', 'dynamicGrowthSteps', dynamicGrowthSteps, 1),
      },
    );
    // else gradients would be scaled twice
    innerOptimizer.lossScaleFactor = null;
    // here and not when it is built: the loss of the first step is scaled before
    this.#counter = this.addVariable('step_counter', [], { dtype: 'int32', initializer: () => toTensor(0, 'int32') });
    this.#scale = this.addVariable('dynamic_scale', [], { initializer: () => toTensor(this.config.initialScale) });
  }

  override get iterations(): Variable {
    return this.config.innerOptimizer.iterations;
  }

  override get learningRate(): Variable {
    return this.config.innerOptimizer.learningRate;
  }

  override set learningRate(rate: number | ScheduleIdentifier) {
    this.config.innerOptimizer.learningRate = rate;
  }

  override get variables(): readonly Variable[] {
    const own = super.variables.filter((variable) => this.built || !this.#scaling.includes(variable));
    return [...own, ...this.config.innerOptimizer.variables];
  }

  override get schedule(): LearningRateSchedule | undefined {
    return this.config.innerOptimizer.schedule;
  }

  override get innerOptimizers(): readonly Optimizer[] {
    return [this.config.innerOptimizer];
  }

  override updateCount(): Tensor {
    return this.config.innerOptimizer.updateCount();
  }

  override scaleLoss(loss: Tensor): Tensor {
    return ops.multiply(loss, this.#scale.value);
  }

  override finalizeVariableValues(variables?: readonly Variable[]): void {
    this.config.innerOptimizer.finalizeVariableValues(variables);
  }

  override applyWhere(condition: Tensor | undefined, gradients: Gradients, variables: readonly Variable[]): void {
    this.build(variables);
    scope(() => {
      const finite = gradients
        .filter((gradient) => !!gradient)
        .map((gradient) => ops.all(ops.isfinite(gradient)))
        .reduce((both, one) => ops.logicalAnd(both, one), toTensor(true));
      const scale = this.#scale.value;
      const takesEffect = condition ? ops.logicalAnd(condition, finite) : finite;
      const unscaled = gradients.map((gradient) => gradient && ops.divide(gradient, scale));
      this.config.innerOptimizer.applyWhere(takesEffect, unscaled, variables);
      this.#adapt(finite);
    });
  }

  override dispose(): void {
    this.disposeScale();
    this.config.innerOptimizer.dispose();
  }

  /** Frees the variables of the scale, and leaves the inner optimizer. */
  disposeScale(): void {
    super.dispose();
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    this.config.innerOptimizer.build(variables);
  }

  protected override update(): void {
    // the inner optimizer does it, see `applyWhere`
  }

  get #scaling(): readonly Variable[] {
    return [this.#counter, this.#scale];
  }

  /** Doubles the scale when it is time, halves it when it was too much. */
  #adapt(finite: Tensor): void {
    const [counter, scale] = [this.#counter.value, this.#scale.value];
    const isTime = ops.equal(counter, this.config.dynamicGrowthSteps - 1);
    const counts = ops.logicalAnd(finite, ops.logicalNot(isTime));
    const factor = ops.where(finite, ops.where(isTime, 2, 1), 0.5);
    this.#counter.assign(ops.multiply(ops.add(counter, 1), ops.cast(counts, 'int32')));
    this.#scale.assign(ops.multiply(scale, factor));
  }
}

/** Makes a {@link LossScaleOptimizer}. */
export const lossScaleOptimizer = (config: LossScaleOptimizerConfig): LossScaleOptimizer =>
  new LossScaleOptimizer(config);
