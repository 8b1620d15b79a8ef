import { ArgumentError, ops, requireNumber, StateError, scope, type Tensor, type Variable } from '@capas/core';
import { type Gradients, requireKnown } from './gradient-pairs.ts';
import { requireInner } from './inner-optimizer.ts';
import { Optimizer } from './optimizer.ts';
import { OptimizerMap } from './optimizer-map.ts';

/** Options of {@link MultiOptimizer}. */
export interface MultiOptimizerConfig {
  readonly name?: string | null;
  /** Which optimizer a variable has: a map by paths, or a function. */
  readonly optimizerMap: OptimizerMap | ((variable: Variable) => Optimizer);
  /** What the loss is multiplied by, and the gradients divided by, instead of the factors of the optimizers in it. @defaultValue `null` */
  readonly lossScaleFactor?: number | null;
}

/**
 * Several optimizers in one, each for some of the variables. It has no learning rate of its own: that is with each of its
 * `optimizers`.
 *
 * @see Keras 3, `keras/src/optimizers/multi_optimizer.py`
 * @example
 * const optimizerMap = new OptimizerMap({ defaultOptimizer: adam(), optimizerMap: { '.*encoder/.*': sgd() } });
 * model.compile({ optimizer: multiOptimizer({ optimizerMap }), loss: 'meanSquaredError' });
 */
export class MultiOptimizer extends Optimizer<Pick<MultiOptimizerConfig, 'optimizerMap'>> {
  static override readonly className = 'MultiOptimizer';
  readonly #optimizers: Optimizer[] = [];
  readonly #byVariable = new Map<Variable, Optimizer>();

  constructor({ optimizerMap, lossScaleFactor = null, name = null }: MultiOptimizerConfig) {
    if (!(optimizerMap instanceof OptimizerMap) && typeof optimizerMap !== 'function')
      throw new ArgumentError('MultiOptimizer', 'optimizerMap', 'an OptimizerMap or a function', optimizerMap);
    super({ learningRate: 0, lossScaleFactor, name }, { optimizerMap });
    if (typeof optimizerMap === 'function') return;
    for (const [, optimizer] of optimizerMap) this.#add(optimizer);
    this.#add(optimizerMap.defaultOptimizer);
  }

  /** The optimizers: those of the map, then the default; those that a function gives once it is built. */
  get optimizers(): readonly Optimizer[] {
    return this.#optimizers;
  }

  override get innerOptimizers(): readonly Optimizer[] {
    return this.#optimizers;
  }

  override get variables(): readonly Variable[] {
    return [...super.variables, ...this.#optimizers.flatMap(({ variables }) => variables)];
  }

  override get learningRate(): Variable {
    throw noRate(this);
  }

  override set learningRate(_rate: number) {
    throw noRate(this);
  }

  override get lossScaleFactor(): number | null {
    return super.lossScaleFactor;
  }

  /** Sets it for all its optimizers. */
  override set lossScaleFactor(factor: number | null) {
    super.lossScaleFactor = factor === null ? null : requireNumber('MultiOptimizer', 'lossScaleFactor', factor);
    for (const optimizer of this.#optimizers) optimizer.lossScaleFactor = factor;
  }

  override applyWhere(condition: Tensor | undefined, gradients: Gradients, variables: readonly Variable[]): void {
    if (gradients.length === 0) return;
    this.build(variables);
    requireKnown(this, gradients, variables, [...this.#byVariable.keys()]);
    scope(() => {
      for (const [optimizer, places] of this.#shares(variables)) {
        const [given, theirs] = [places.map((i) => gradients[i]), places.map((i) => variables[i]!)];
        optimizer.applyWhere(condition, given, theirs);
      }
      const { value } = this.iterations;
      const next = ops.add(value, 1);
      this.iterations.assign(condition ? ops.where(condition, next, value) : next);
    });
  }

  override finalizeVariableValues(variables: readonly Variable[] = [...this.#byVariable.keys()]): void {
    for (const [optimizer, places] of this.#shares(variables))
      optimizer.finalizeVariableValues(places.map((i) => variables[i]!));
  }

  override dispose(): void {
    super.dispose();
    for (const optimizer of this.#optimizers) optimizer.dispose();
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    const { optimizerMap } = this.config;
    for (const variable of variables) {
      const found = optimizerMap instanceof OptimizerMap ? optimizerMap.call(variable) : optimizerMap(variable);
      const optimizer = requireInner(`Optimizer '${this.name}'`, `optimizer of '${variable.path}'`, found);
      this.#add(optimizer);
      this.#byVariable.set(variable, optimizer);
    }
    for (const [optimizer, places] of this.#shares(variables)) optimizer.build(places.map((i) => variables[i]!));
  }

  protected override update(): void {
    // its optimizers do it, see `applyWhere`
  }

  #add(optimizer: Optimizer): void {
    if (this.#optimizers.includes(optimizer)) return;
    optimizer.lossScaleFactor = this.lossScaleFactor;
    this.#optimizers.push(optimizer);
  }

  /** Which of these variables, by their places, each optimizer has. */
  #shares(variables: readonly Variable[]): ReadonlyMap<Optimizer, readonly number[]> {
    const shares = new Map(this.#optimizers.map((optimizer) => [optimizer, [] as number[]]));
    variables.forEach((variable, i) => {
      shares.get(this.#byVariable.get(variable)!)?.push(i);
    });
    return new Map([...shares].filter(([, places]) => places.length > 0));
  }
}

const noRate = ({ name }: Optimizer): StateError =>
  new StateError(`Optimizer '${name}': it has no learning rate. Read or set that of each of its \`optimizers\`.`);

/** Makes a {@link MultiOptimizer}. */
export const multiOptimizer = (config: MultiOptimizerConfig): MultiOptimizer => new MultiOptimizer(config);
