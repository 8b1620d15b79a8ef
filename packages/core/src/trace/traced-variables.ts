import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../tensor/tensor.ts';
import type { Variable, VariableObserver } from '../tensor/variable.ts';
import type { Recorder } from './recorder.ts';
import type { TraceId, TraceState } from './trace-types.ts';

interface Slot {
  readonly variable: Variable;
  /** What holds the variable's value in tfjs; it points to other data during the trace. */
  readonly held: tf.Variable;
  readonly input: TraceId;
  /** What it points to in the world that is not shown. */
  hidden: tf.DataId;
}

/** Finds the variables that a traced function uses. While it runs they hold symbols in place of their values. */
export class TracedVariables implements VariableObserver {
  readonly #slots = new Map<Variable, Slot>();
  readonly #created = new Set<Variable>();
  readonly #recorder: Recorder;
  readonly #outside: (fn: () => void) => void;
  readonly #mayCreate: boolean;

  /**
   * @param outside runs a function where values can be computed
   * @param mayCreate whether variables may be made in the trace, as optimizers make their slots in the first step
   */
  constructor(recorder: Recorder, outside: (fn: () => void) => void, mayCreate: boolean) {
    this.#recorder = recorder;
    this.#outside = outside;
    this.#mayCreate = mayCreate;
  }

  /** The state, in the order in which it was first used. */
  get state(): readonly TraceState[] {
    return [...this.#slots.values()].map(({ variable, held, input }) => ({
      variable,
      name: variable.path,
      kind: variable.kind,
      input,
      output: this.#recorder.idOf(held),
    }));
  }

  /** Shows the values where there were symbols, or the other way round. */
  swap(): void {
    for (const slot of this.#slots.values()) [slot.held.dataId, slot.hidden] = [slot.hidden, slot.held.dataId];
  }

  created(variable: Variable): void {
    this.#created.add(variable);
  }

  initialize(variable: Variable, make: () => void): void {
    if (!this.#mayCreate && this.#created.has(variable)) throw this.#madeAnew(variable);
    this.#recorder.initializing = variable.path;
    try {
      this.#outside(make);
    } finally {
      this.#recorder.initializing = undefined;
    }
  }

  read(variable: Variable, held: tf.Variable): void {
    if (this.#slots.has(variable)) return;
    const symbol = this.#recorder.stateSymbol(variable);
    const input = this.#recorder.idOf(symbol);
    this.#slots.set(variable, { variable, held, input, hidden: held.dataId });
    held.dataId = symbol.dataId;
  }

  assigning(variable: Variable, value: Tensor): void {
    this.#recorder.changing(variable);
    if (this.#created.has(variable) && !this.#slots.has(variable)) throw this.#madeAnew(variable);
    this.#recorder.idOf(value);
  }

  disposing(variable: Variable): void {
    if (this.#created.has(variable) && !this.#slots.has(variable)) return;
    throw this.#recorder.fail('variable', `it disposes of variable '${variable.path}'. Do that after the step.`);
  }

  #madeAnew(variable: Variable): Error {
    return this.#recorder.fail(
      'variable',
      `it makes variable '${variable.path}' anew in each call, so it cannot be state. Create it in \`build()\` or in the constructor.`,
    );
  }
}
