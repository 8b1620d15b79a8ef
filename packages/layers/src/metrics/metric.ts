import {
  ArgumentError,
  type DType,
  ops,
  type PartialShape,
  type Shape,
  StateError,
  scope,
  type Tensor,
  type TensorLike,
  toTensor,
  Variable,
} from '@capas/core';
import { snakeCase } from '../naming.ts';

/** Options that every metric takes. */
export interface MetricConfig<Name extends string = string> {
  /** The name in logs and histories. @defaultValue the class name in snake_case */
  readonly name?: Name;
  /** The dtype of the computation. @defaultValue `'float32'` */
  readonly dtype?: DType;
}

/** Whether a metric gets better upwards or downwards: what callbacks with `mode: 'auto'` go by. */
export type Direction = 'up' | 'down' | undefined;

/**
 * The base of all metrics: a number about predictions that is gathered batch by batch.
 *
 * A subclass makes its state with `addVariable`, adds a batch to it in `update` and computes the number in `compute`, both
 * written in `ops`; temporaries are freed for you. Users call `updateState`, `result` and `resetState`.
 *
 * @see Keras 3, `keras/src/metrics/metric.py`
 * @example
 * class LargestError extends Metric<'largest_error'> {
 *   static override readonly className = 'LargestError';
 *   readonly #largest = this.addVariable('largest', []);
 *   protected override update(yTrue: Tensor, yPred: Tensor): void {
 *     this.#largest.assign(ops.maximum(this.#largest, ops.max(ops.abs(ops.subtract(yTrue, yPred)))));
 *   }
 *   protected override compute(): Tensor {
 *     return ops.copy(this.#largest);
 *   }
 * }
 */
export abstract class Metric<Name extends string = string, Config extends MetricConfig<Name> = MetricConfig<Name>> {
  /** The name of the class in files and messages. A subclass sets its own. */
  static readonly className: string = 'Metric';
  readonly name: Name;
  readonly config: Readonly<Config>;
  readonly direction: Direction = undefined;
  readonly #variables: Variable[] = [];
  #disposed = false;

  constructor(config: Config = {} as Config) {
    const { className } = this.constructor as typeof Metric;
    if (config.dtype !== undefined && config.dtype !== 'float32' && config.dtype !== 'int32') {
      throw new ArgumentError(className, 'dtype', "'float32' or 'int32'", config.dtype);
    }
    this.config = Object.freeze({ ...config });
    // without a name in the config, `Name` is the default that the class declares, which is this one
    this.name = config.name ?? (snakeCase(className) as Name);
  }

  /** The state, in the order it was made in. */
  get variables(): readonly Variable[] {
    return [...this.#variables];
  }

  /** Adds a batch. `sampleWeight` is one number per sample, `[batch]`, or one per value. */
  updateState(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): void {
    this.inScope(() => {
      const weight = sampleWeight === undefined ? undefined : toTensor(sampleWeight, 'float32', this.name);
      this.update(toTensor(yTrue, undefined, this.name), toTensor(yPred, undefined, this.name), weight);
    });
  }

  /** The value over all batches since the last reset. The caller disposes of it. */
  result(): Tensor {
    return this.inScope(() => this.compute());
  }

  /**
   * Checks the shape of predictions, with the batch axis, where it is known: `compile` does for the outputs of a model.
   *
   * @throws ShapeError, ArgumentError if the metric cannot measure such predictions. Most take any.
   */
  checkOutput(_shape: PartialShape): void {}

  /** Forgets all batches: sets the state to 0. */
  resetState(): void {
    this.inScope(() => {
      for (const variable of this.#variables) {
        if (variable.isInitialized) variable.assign(ops.zeros(variable.shape, { dtype: variable.dtype }));
      }
    });
  }

  /** Frees the state. The metric cannot be used afterwards. */
  dispose(): void {
    for (const variable of this.#variables) variable.dispose();
    this.#disposed = true;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Adds a batch to the state. */
  protected abstract update(yTrue: Tensor, yPred: Tensor, sampleWeight: Tensor | undefined): void;

  /** Computes the value from the state: a new tensor, never that of a variable itself. */
  protected abstract compute(): Tensor;

  /** Makes a piece of state, zeros unless `initializer` says otherwise. */
  protected addVariable(
    name: string,
    shape: Shape,
    options: { readonly dtype?: DType; readonly initializer?: (shape: Shape, dtype: DType) => Tensor } = {},
  ): Variable {
    const variable = new Variable({
      name,
      shape,
      dtype: options.dtype ?? 'float32',
      trainable: false,
      kind: 'metric',
      path: `${this.name}/${name}`,
      initializer: options.initializer ?? ((size, dtype) => ops.zeros(size, { dtype })),
    });
    this.#variables.push(variable);
    return variable;
  }

  /** Runs `fn` and frees its temporaries, unless the metric was disposed of. */
  protected inScope<T>(fn: () => T): T {
    if (this.#disposed) throw new StateError(`Metric '${this.name}' was disposed of and cannot be used any more.`);
    return scope(fn);
  }
}

/** Adds to a piece of state in place. */
export const accumulate = (variable: Variable, amount: Tensor | number): void =>
  variable.assign(ops.add(variable, amount));
