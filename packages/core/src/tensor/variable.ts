import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/session.ts';
import { ShapeError, StateError, showShape } from '../errors.ts';
import type { Elements } from '../program/primitive.ts';
import type { DType } from './dtype.ts';
import { scope } from './scope.ts';
import { type Shape, sameShape, sizeOf } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** What a variable is for; a compiled program keeps its state in slots of these kinds. */
export type VariableKind = 'weight' | 'optimizer' | 'metric' | 'rng' | 'counter' | 'hyper';

/** Options of {@link Variable}. */
export interface VariableOptions {
  /** The name of the variable in its layer: `'kernel'`. */
  readonly name: string;
  readonly shape: Shape;
  /** @defaultValue `'float32'` */
  readonly dtype?: DType;
  /** Whether gradients are asked for it. @defaultValue `true` */
  readonly trainable?: boolean;
  /** @defaultValue `'weight'` */
  readonly kind?: VariableKind;
  /** The name with the names of its owners: `'dense/kernel'`. @defaultValue `name` */
  readonly path?: string;
  /** Makes the first value, of the right shape. It runs when the value is first read, so a backend may come later. */
  readonly initializer: (shape: Shape, dtype: DType) => Tensor;
}

/** What a trace wants to know of variables: they are the state of the program it records. */
export interface VariableObserver {
  /** A variable was constructed. */
  created(variable: Variable): void;
  /** Runs `make`, which makes the first value, where values can be computed. */
  initialize(variable: Variable, make: () => void): void;
  /** The value is about to be read, or to be replaced by another. */
  read(variable: Variable, held: tf.Variable): void;
  /** `assign` was called, before anything else. */
  assigning(variable: Variable, value: Tensor): void;
  /** `dispose` was called, before anything else. */
  disposing(variable: Variable): void;
}

/** The memory of a device in which programs keep the value of a variable. */
export interface Residence {
  /** The elements, if they are newer than those that the variable holds; from then on they are the same. */
  takeNewer(): Elements | undefined;
  /** The variable got another value: what lies on the device is out of date. */
  outdate(): void;
  /** Frees the memory; a newer value is lost. */
  dispose(): void;
}

/** The trace that is being taken, if any; set by `trace/trace.ts` only. */
export const variableUse: { observer: VariableObserver | undefined } = { observer: undefined };

/** The variable that a tensor is the value of. */
export const variableOf = (value: object): Variable | undefined => owners.get(value)?.deref();

/** The owners are weak: tfjs holds every `tf.Variable`, and a forgotten owner must stay free to go. */
const owners = new WeakMap<object, WeakRef<Variable>>();

/**
 * A tensor that can be assigned to: a weight, an optimizer slot, a metric's total, a counter.
 *
 * Its first value is made when it is first read. Two variables may have the same name; tfjs never sees it.
 */
export class Variable {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly kind: VariableKind;
  path: string;
  trainable: boolean;
  /** Where programs keep the value, if some do; set by `compile/residence.ts` only. */
  residence: Residence | undefined;
  #initializer: VariableOptions['initializer'];
  #value: tf.Variable | undefined;
  #disposed = false;

  constructor(options: VariableOptions) {
    this.name = options.name;
    this.shape = Object.freeze([...options.shape]);
    this.dtype = options.dtype ?? 'float32';
    this.kind = options.kind ?? 'weight';
    this.path = options.path ?? options.name;
    this.trainable = options.trainable ?? true;
    this.#initializer = options.initializer;
    variableUse.observer?.created(this);
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether a value was made or assigned yet. */
  get isInitialized(): boolean {
    return this.#value !== undefined;
  }

  /** Whether {@link dispose} was called. */
  get isDisposed(): boolean {
    return this.#disposed;
  }

  /**
   * The current value. It belongs to the variable: do not dispose of it; the next `assign` changes it in place. Where a
   * program has changed it since, it comes from the device first: ask anew for each use.
   */
  get value(): Tensor {
    return this.held;
  }

  /** The value as it is kept. A subclass may have another {@link value}, made of it, where it is read by ops. */
  get held(): Tensor {
    if (this.#disposed) throw new StateError(`Variable '${this.path}' was disposed of and cannot be used any more.`);
    const { observer } = variableUse;
    if (!this.#value) {
      requireBackend(`Variable '${this.path}'`);
      const make = (): void => scope(() => this.#hold(this.#checked(this.#initializer(this.shape, this.dtype))));
      if (observer) observer.initialize(this, make);
      else make();
    }
    const newer = this.residence?.takeNewer();
    if (newer) {
      const make = (): void => this.#overwrite(newer);
      if (observer) observer.initialize(this, make);
      else make();
    }
    observer?.read(this, this.#value!);
    return this.#value!;
  }

  /** Replaces the value by a tensor of the same shape. The argument stays the caller's. */
  assign(value: Tensor): void {
    if (this.#disposed) throw new StateError(`Variable '${this.path}' was disposed of and cannot be assigned to.`);
    const checked = this.#checked(value);
    if (variableUse.observer) {
      variableUse.observer.assigning(this, checked);
      void this.held; // state has a value before the step, even if the step does not look at it
    }
    this.residence?.outdate();
    if (this.#value) this.#value.assign(checked);
    else this.#hold(checked);
    if (checked !== value) checked.dispose();
  }

  /** Frees the value. The variable cannot be used afterwards. */
  dispose(): void {
    variableUse.observer?.disposing(this);
    this.residence?.dispose();
    this.residence = undefined;
    this.#value?.dispose();
    this.#value = undefined;
    this.#disposed = true;
    forgotten.unregister(this);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #hold(value: Tensor): void {
    this.#value = tf.variable(value);
    owners.set(this.#value, new WeakRef(this));
    forgotten.register(this, this.#value, this);
  }

  #overwrite(elements: Elements): void {
    const tensor = tf.tensor(elements, [...this.shape], this.dtype);
    this.#value!.assign(tensor);
    tensor.dispose();
  }

  #checked(value: Tensor): Tensor {
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError(
        `Variable '${this.path}': expected a value of shape ${showShape(this.shape)}. Received: ${showShape(value.shape)}.`,
      );
    }
    return value.dtype === this.dtype ? value : tf.cast(value, this.dtype);
  }
}

/** Frees the values of variables that were dropped without `dispose`. */
const forgotten = new FinalizationRegistry<tf.Variable>((value) => {
  if (!value.isDisposed) value.dispose();
});
