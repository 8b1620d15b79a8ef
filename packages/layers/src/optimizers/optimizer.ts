import { ops, type Shape, StateError, scope, type Tensor, toTensor, Variable, type VariableOptions } from '@capas/core';
import { autoName } from '../naming.ts';
import { LearningRateSchedule, type ScheduleIdentifier } from '../schedules/index.ts';
import { constraintOf } from '../weight.ts';
import { clipGradients } from './clip-gradients.ts';
import { type GradientPair, type Gradients, mapGradients, pairsOf } from './gradient-pairs.ts';
import { overwriteByAverages, updateAverages } from './moving-average.ts';
import {
  type OptimizerConfig,
  type ResolvedOptimizerConfig,
  resolveLearningRate,
  resolveOptimizerConfig,
} from './optimizer-config.ts';

/** A variable of the optimizer for each variable of the model. */
export type Slots = ReadonlyMap<Variable, Variable>;

/** What the rule of an optimizer may need in a step; all are scalars. */
export interface Step {
  readonly learningRate: Tensor;
  /** Float32: the number of this update, 1 for the first. */
  readonly number: Tensor;
}

/**
 * The base of all optimizers: from gradients to new values of variables.
 *
 * A subclass makes its slots in `buildSlots` and computes new values in `update`, written in `ops`, assigning with
 * `this.assign`. All state is in Variables, and what depends on values is chosen by `ops.where`: a step reads nothing back,
 * so that it can be compiled.
 *
 * @see Keras 3, `keras/src/optimizers/base_optimizer.py`
 * @example
 * optimizer.apply(gradients, model.trainableVariables);
 * optimizer.learningRate = 0.01;
 */
export abstract class Optimizer<Own extends object = object> {
  /** The name of the class in files and automatic names. */
  static readonly className: string = 'Optimizer';
  readonly name: string;
  /** The options, with their defaults. */
  readonly config: ResolvedOptimizerConfig & Readonly<Own>;
  readonly #iterations: Variable;
  readonly #rate: Variable;
  #initialRate: number;
  #schedule: LearningRateSchedule | undefined;
  #lossScaleFactor: number | null;
  readonly #ownVariables: Variable[] = [];
  #trained: readonly Variable[] = [];
  #averages: Slots = new Map();
  /** Whether the variables have the values of their averages, and the other way round. */
  #isSwapped = false;
  #accumulators: Slots = new Map();
  #excluded: ExcludedVariables = {};
  /** Set while an update takes effect only under a condition: a bool scalar. */
  #condition: Tensor | undefined;
  #built = false;

  /** @param own the options of the subclass, checked */
  constructor(config: OptimizerConfig & { readonly learningRate: number | ScheduleIdentifier }, own: Own) {
    const { className } = this.constructor as typeof Optimizer;
    const base = resolveOptimizerConfig(className, config.name ?? autoName(className), config);
    this.config = Object.freeze({ ...base, ...own });
    this.name = base.name;
    this.#lossScaleFactor = base.lossScaleFactor;
    this.#iterations = new Variable({
      ...this.#naming('iteration'),
      shape: [],
      dtype: 'int32',
      kind: 'counter',
      trainable: false,
      initializer: () => toTensor(0, 'int32'),
    });
    this.#initialRate = typeof base.learningRate === 'number' ? base.learningRate : 0;
    this.#schedule = typeof base.learningRate === 'number' ? undefined : base.learningRate;
    this.#rate = new Variable({
      ...this.#naming('learning_rate'),
      shape: [],
      kind: 'hyper',
      trainable: false,
      initializer: () => toTensor(this.#initialRate),
    });
  }

  /** Makes the slots of the subclass with {@link addSlots}, in Keras's order. */
  protected abstract buildSlots(variables: readonly Variable[]): void;

  /** Assigns new values to the variables and slots, with {@link assign}. */
  protected abstract update(pairs: readonly GradientPair[], step: Step): void;

  /** Whether the slots were made. */
  get built(): boolean {
    return this.#built;
  }

  /** How often `apply` was called, an int32 scalar. */
  get iterations(): Variable {
    return this.#iterations;
  }

  /** The iteration, the learning rate (unless a schedule gives it) and the slots, in Keras's order. */
  get variables(): readonly Variable[] {
    return [this.#iterations, ...(this.#schedule ? [] : [this.#rate]), ...this.#ownVariables];
  }

  /** The learning rate, a float32 scalar; with a schedule, that of the next step. Set it to a number or a schedule. */
  get learningRate(): Variable {
    if (this.#schedule) scope(() => this.#rate.assign(this.#currentRate()));
    return this.#rate;
  }

  set learningRate(rate: number | ScheduleIdentifier) {
    const resolved = resolveLearningRate(this.name, rate);
    if (resolved instanceof LearningRateSchedule) {
      this.#schedule = resolved;
      return;
    }
    if (this.#schedule) {
      throw new StateError(
        `Optimizer '${this.name}': its learning rate comes from a schedule and cannot be set to a number. Make the optimizer with a number, or set another schedule.`,
      );
    }
    this.#initialRate = resolved;
    if (this.#rate.isInitialized) scope(() => this.#rate.assign(toTensor(resolved)));
  }

  /** The schedule that gives the learning rate, if one does. */
  get schedule(): LearningRateSchedule | undefined {
    return this.#schedule;
  }

  /** What the loss is multiplied by, and the gradients divided by; `null`: nothing. Optimizers around this one set it. */
  get lossScaleFactor(): number | null {
    return this.#lossScaleFactor;
  }

  set lossScaleFactor(factor: number | null) {
    this.#lossScaleFactor = factor;
  }

  /** The optimizers that do the work of this one, if it hands it on. */
  get innerOptimizers(): readonly Optimizer[] {
    return [];
  }

  /** How many updates were made, an int32 scalar: the iterations, by the steps of one accumulation. */
  updateCount(): Tensor {
    const { gradientAccumulationSteps: steps } = this.config;
    return scope(() =>
      steps === null ? ops.copy(this.#iterations.value) : ops.floorDivide(this.#iterations.value, steps),
    );
  }

  /** Makes the slots for these variables. `apply` does it when it is first called. */
  build(variables: readonly Variable[]): void {
    if (this.#built) return;
    const { useEma, gradientAccumulationSteps: steps } = this.config;
    this.#trained = [...variables];
    if (useEma) [this.#averages] = this.addSlots(variables, ['average']);
    if (steps !== null) [this.#accumulators] = this.addSlots(variables, ['gradient_accumulator']);
    this.buildSlots(variables);
    this.#built = true;
  }

  /**
   * Makes one step: new values for the variables from their gradients.
   *
   * @param gradients one per variable; `undefined` or `null` leaves a variable as it is, with one notice
   * @param variables those that the optimizer was built with, or some of them
   */
  apply(gradients: Gradients, variables: readonly Variable[] = this.#trained): void {
    this.applyWhere(undefined, gradients, variables);
  }

  /** {@link apply}, taking effect only where `condition`, a bool scalar, is true. */
  applyWhere(condition: Tensor | undefined, gradients: Gradients, variables: readonly Variable[]): void {
    if (gradients.length === 0) return;
    this.build(variables);
    const pairs = pairsOf(this, gradients, variables, this.#trained);
    scope(() => {
      // Slots may start from the values of the variables, so they are made before those change.
      for (const variable of this.variables) void variable.value;
      try {
        this.#condition = condition;
        this.#applyPairs(pairs);
        for (const { variable } of pairs) {
          const constraint = constraintOf(variable);
          if (constraint) this.assign(variable, constraint.call(variable.value));
        }
        this.assign(this.#iterations, ops.add(this.#iterations.value, 1));
      } finally {
        this.#condition = undefined;
      }
    });
  }

  /** The loss to compute gradients of: multiplied by `lossScaleFactor`. */
  scaleLoss(loss: Tensor): Tensor {
    return this.#lossScaleFactor === null ? loss : ops.multiply(loss, this.#lossScaleFactor);
  }

  /** What is done at the end of training: with `useEma`, variables get their averages as values. */
  finalizeVariableValues(variables: readonly Variable[] = this.#trained): void {
    for (const variable of variables) {
      const average = this.#averages.get(variable);
      if (!average) continue;
      if (this.#isSwapped) average.assign(variable.value);
      else variable.assign(average.value);
    }
    this.#isSwapped = false;
  }

  /**
   * Exchanges the values of the variables and of their averages.
   *
   * @throws StateError if there are none
   */
  swapAverages(): void {
    if (!this.config.useEma) {
      throw new StateError(`Optimizer '${this.name}': it keeps no averages. Make it with \`useEma: true\`.`);
    }
    scope(() => {
      for (const [variable, average] of this.#averages) {
        const value = ops.copy(variable.value);
        variable.assign(average.value);
        average.assign(value);
      }
    });
    this.#isSwapped = !this.#isSwapped;
  }

  /** Leaves variables out of weight decay: these ones, and those whose name matches a pattern. To be called before `build`. */
  excludeFromWeightDecay(excluded: ExcludedVariables): void {
    if (this.#built) {
      throw new StateError(`Optimizer '${this.name}': call \`excludeFromWeightDecay\` before it is built.`);
    }
    this.#excluded = excluded;
  }

  /** Frees the variables of the optimizer, not those of the model. */
  dispose(): void {
    for (const variable of [this.#iterations, this.#rate, ...this.#ownVariables]) variable.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Makes zeros like each variable, or other first values, for each name: first all for the first variable, and so on. */
  protected addSlots<const Names extends readonly string[]>(
    variables: readonly Variable[],
    names: Names,
    initializers: readonly ((variable: Variable) => Tensor)[] = [],
  ): { [Name in keyof Names]: Slots } {
    const slots = names.map(() => new Map<Variable, Variable>());
    for (const variable of variables) {
      names.forEach((name, i) => {
        const initializer = initializers[i] ?? (() => ops.zeros(variable.shape, { dtype: variable.dtype }));
        const slotName = `${variable.path.replaceAll('/', '_')}_${name}`;
        slots[i]!.set(
          variable,
          this.addVariable(slotName, variable.shape, { initializer: () => initializer(variable) }),
        );
      });
    }
    return slots as { [Name in keyof Names]: Slots };
  }

  /** Makes one variable of the optimizer, float32 zeros unless told otherwise. */
  protected addVariable(name: string, shape: Shape, options: OptimizerVariableOptions = {}): Variable {
    const variable = new Variable({
      ...this.#naming(name),
      shape,
      kind: 'optimizer',
      trainable: false,
      initializer: () => ops.zeros(shape),
      ...options,
    });
    this.#ownVariables.push(variable);
    return variable;
  }

  /** Whether this step may turn out not to take effect, so that the old values are still needed. */
  protected get isConditional(): boolean {
    return this.#condition !== undefined;
  }

  /** Gives a variable or slot a new value, in this step, if the step takes effect. */
  protected assign(variable: Variable, value: Tensor): void {
    variable.assign(this.#condition ? ops.where(this.#condition, value, variable.value) : value);
  }

  /** The weight decay of a variable. A subclass may make differences. */
  protected weightDecayOf(_variable: Variable): number | null {
    return this.config.weightDecay;
  }

  #naming(name: string): { name: string; path: string } {
    return { name, path: `${this.name}/${name}` };
  }

  #currentRate(): Tensor {
    return this.#schedule ? this.#schedule.call(this.#iterations.value) : this.#rate.value;
  }

  #applyPairs(pairs: readonly GradientPair[]): void {
    const { useEma, emaMomentum, emaOverwriteFrequency } = this.config;
    const lossScaleFactor = this.#lossScaleFactor;
    const updates = this.updateCount();
    const unscaled = lossScaleFactor === null ? pairs : mapGradients(pairs, (g) => ops.divide(g, lossScaleFactor));
    this.#accumulate(unscaled, (averaged) => {
      const gradients = clipGradients(
        averaged.map(({ gradient }) => gradient),
        this.config,
      );
      const clipped = averaged.map(({ variable }, i) => ({ variable, gradient: gradients[i]! }));
      const learningRate = this.#currentRate();
      this.#decayWeights(clipped, learningRate);
      this.update(clipped, { learningRate, number: ops.cast(ops.add(updates, 1), 'float32') });
    });
    if (!useEma) return;
    const assign = (variable: Variable, value: Tensor): void => this.assign(variable, value);
    updateAverages(this.#trained, this.#averages, emaMomentum, updates, assign);
    if (emaOverwriteFrequency !== null) {
      overwriteByAverages(this.#trained, this.#averages, emaOverwriteFrequency, updates, assign);
    }
  }

  /** Runs an update with the mean of the gradients since the last one; it takes effect only when it is due. */
  #accumulate(pairs: readonly GradientPair[], update: (pairs: readonly GradientPair[]) => void): void {
    const { gradientAccumulationSteps: steps } = this.config;
    if (steps === null) {
      update(pairs);
      return;
    }
    const isDue = ops.equal(ops.mod(ops.add(this.#iterations.value, 1), steps), 0);
    const sums = pairs.map(({ gradient, variable }) => ({
      variable,
      gradient: ops.add(gradient, this.#accumulators.get(variable)!.value),
    }));
    const outer = this.#condition;
    this.#condition = outer ? ops.logicalAnd(outer, isDue) : isDue;
    update(mapGradients(sums, (sum) => ops.divide(sum, steps)));
    this.#condition = outer;
    const sumOf = new Map(sums.map(({ variable, gradient }) => [variable, gradient]));
    for (const [variable, accumulator] of this.#accumulators) {
      const sum = sumOf.get(variable) ?? accumulator.value;
      this.assign(accumulator, ops.where(isDue, 0, sum));
    }
  }

  #decayWeights(pairs: readonly GradientPair[], learningRate: Tensor): void {
    const kept = new Map<number, Tensor>();
    for (const { variable } of pairs) {
      const decay = this.weightDecayOf(variable);
      if (decay === null || decay === 0 || this.#isExcluded(variable)) continue;
      if (!kept.has(decay)) kept.set(decay, ops.subtract(1, ops.multiply(learningRate, decay)));
      this.assign(variable, ops.multiply(variable.value, kept.get(decay)!));
    }
  }

  #isExcluded(variable: Variable): boolean {
    const { variables = [], names = [] } = this.#excluded;
    return variables.includes(variable) || names.some((pattern) => new RegExp(pattern).test(variable.name));
  }
}

/** Options of a variable of an optimizer. */
export type OptimizerVariableOptions = Partial<Pick<VariableOptions, 'dtype' | 'initializer' | 'path'>>;

/** What {@link Optimizer.excludeFromWeightDecay} leaves out. */
export interface ExcludedVariables {
  readonly variables?: readonly Variable[];
  /** Regular expressions, found anywhere in the name: `['bias', 'gamma|beta']`. */
  readonly names?: readonly string[];
}
