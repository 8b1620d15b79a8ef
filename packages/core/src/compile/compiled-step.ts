import type { DeviceBuffer, Executable, Executor } from '../backend/executor.ts';
import { StateError, UnknownNameError } from '../errors.ts';
import type { Plan, Segment, SlotPlace } from '../plan/plan.ts';
import type { ValueType } from '../program/program.ts';
import type { Residence, Variable } from '../tensor/variable.ts';
import { HostSegments } from './host-segments.ts';
import { Lane } from './lane.ts';
import { DeviceResidence } from './residence.ts';

/** What the runs of a step took. */
export interface StepTimes {
  /** How many steps were measured. */
  readonly steps: number;
  /** All of their time. */
  readonly milliseconds: number;
  /** Of that, the time of each instruction of the program. */
  readonly nanoseconds: Float64Array;
}

/**
 * A program that is ready to run, with its variables. They can be read and assigned at any time; programs see it, and they
 * see what programs did.
 */
export class CompiledStep {
  readonly executor: Executor;
  readonly #executable: Executable;
  readonly #variables: readonly (Variable | undefined)[];
  readonly #slots: Readonly<Record<'input' | 'state' | 'output', readonly (readonly number[])[]>>;
  readonly #written: readonly boolean[];
  readonly #owned: readonly DeviceBuffer[];
  readonly #host: HostSegments | undefined;
  #bound: readonly (DeviceResidence | undefined)[] = [];
  #uses: ReadonlySet<Residence> = new Set();
  #times: { steps: number; milliseconds: number; readonly host: Float64Array } | undefined;
  #isStopped = false;
  #isDisposed = false;
  #pending = 0;

  /**
   * @param variables the variable of each state slot; slots without one are bound with {@link bindState}
   * @param owned buffers that are freed with the step
   */
  constructor(
    executor: Executor,
    plan: Plan,
    variables: readonly (Variable | undefined)[],
    owned: readonly DeviceBuffer[],
  ) {
    this.executor = executor;
    this.#variables = variables;
    this.#executable = executor.compile(plan);
    this.#owned = owned;
    const slotsOf = (kind: SlotPlace['kind'], count: number): number[][] => {
      const found = Array.from({ length: count }, (): number[] => []);
      plan.slots.forEach(({ place }, slot) => {
        if (place.kind === kind && 'index' in place) found[place.index]!.push(slot);
      });
      return found;
    };
    const { inputs, state, outputs } = plan.program;
    this.#slots = {
      input: slotsOf('input', inputs.length),
      state: slotsOf('state', state.length),
      output: slotsOf('output', outputs.length),
    };
    this.#written = state.map(({ input, output }) => input !== output);
    this.#host = plan.segments.some(({ kind }) => kind === 'host')
      ? new HostSegments(this.#executable, plan)
      : undefined;
    forgotten.register(this, { executable: this.#executable, owned }, this);
  }

  /** How it is run. */
  get plan(): Plan {
    return this.#executable.plan;
  }

  /** Whether {@link dispose} was called. */
  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** The type of an input. */
  inputType(name: string): ValueType {
    const { inputs, types } = this.plan.program;
    return types.get(inputs[this.#indexOf('input', inputs, name)]!.id)!;
  }

  /** The types of the outputs. */
  get outputTypes(): readonly ValueType[] {
    const { outputs, types } = this.plan.program;
    return outputs.map((id) => types.get(id)!);
  }

  /** Says where an input lies, until it is bound again. */
  bindInput(name: string, buffer: DeviceBuffer, byteOffset = 0): void {
    this.#bind(this.#slots.input[this.#indexOf('input', this.plan.program.inputs, name)]!, buffer, byteOffset);
  }

  /** Says where a state lies that is no variable. */
  bindState(name: string, buffer: DeviceBuffer): void {
    this.#bind(this.#slots.state[this.#indexOf('state', this.plan.program.state, name)]!, buffer);
  }

  /** Says where an output is written to. */
  bindOutput(index: number, buffer: DeviceBuffer, byteOffset = 0): void {
    this.#bind(this.#slots.output[index]!, buffer, byteOffset);
  }

  /** Runs once, on this thread. */
  run(): void {
    Lane.of(this.executor).halt('A program');
    this.#prepare();
    const start = this.#times && performance.now();
    this.#runOnce();
    this.#count(1, start);
  }

  /**
   * Runs so many times, off this thread where the executor can; `stop` ends it after the step it is in. Resolves to the
   * number of steps that were done, which may be fewer.
   *
   * @param bind binds what the run is to work on. It is called when it is its turn: other runs of the step may come before.
   */
  async runMany(steps: number, bind?: () => void): Promise<number> {
    this.#isStopped = false;
    if (this.plan.segments.length !== 1 || this.#host) {
      bind?.();
      let done = 0;
      for (; done < steps && !this.#isStopped; done++) this.run();
      return done;
    }
    this.#pending++;
    let start: number | undefined;
    try {
      const done = await Lane.of(this.executor).runMany(this.#executable, () => {
        if (this.#isStopped) return { steps: 0, uses: this.#uses };
        bind?.();
        this.#prepare();
        start = this.#times && performance.now();
        return { steps, uses: this.#uses };
      });
      this.#count(done, start);
      return done;
    } finally {
      this.#pending--;
      if (this.#isDisposed && this.#pending === 0) this.#free();
    }
  }

  /** Ends {@link runMany} after the step it is in. */
  stop(): void {
    this.#isStopped = true;
    this.#executable.stop();
  }

  /** Measures the runs from now on, anew. @throws StateError while it runs */
  startMeasuring(): void {
    this.#requireIdle();
    this.#executable.profile(true);
    this.#times = { steps: 0, milliseconds: 0, host: new Float64Array(this.plan.instructions.length) };
  }

  /** Ends {@link startMeasuring}. @throws StateError while it runs, or if nothing is measured */
  stopMeasuring(): StepTimes {
    this.#requireIdle();
    if (!this.#times) throw new StateError('A compiled step is not measured: call `startMeasuring()` before it runs.');
    const { steps, milliseconds, host } = this.#times;
    this.#times = undefined;
    const nanoseconds = this.#executable.profile(false).map((time, i) => time + host[i]!);
    return { steps, milliseconds, nanoseconds };
  }

  /** Frees its memory, not that of the variables; a run ends before. It cannot be used afterwards. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    if (this.#pending === 0) this.#free();
    else this.stop();
  }

  /** Brings variables that were changed elsewhere to the device, and notes that the program will change them there. */
  #prepare(): void {
    if (this.#isDisposed) throw new StateError('A compiled step was disposed of and cannot be run any more.');
    const residences = this.#variables.map((variable) => {
      if (!variable) return undefined;
      if (variable.isDisposed) {
        throw new StateError(`Variable '${variable.path}' was disposed of, but a compiled step needs it.`);
      }
      return DeviceResidence.of(variable, this.executor);
    });
    residences.forEach((residence, i) => {
      if (!residence) return;
      residence.push(this.#variables[i]!);
      if (this.#written[i]) residence.written();
      if (this.#bound[i] !== residence) this.#bind(this.#slots.state[i]!, residence.buffer);
    });
    if (residences.some((residence, i) => residence !== this.#bound[i])) {
      this.#uses = new Set(residences.filter((residence) => residence !== undefined));
    }
    this.#bound = residences;
  }

  #free(): void {
    forgotten.unregister(this);
    free({ executable: this.#executable, owned: this.#owned });
  }

  #runOnce(): void {
    this.plan.segments.forEach((segment: Segment, i) => {
      if (segment.kind === 'words') {
        this.#executable.run(i);
        return;
      }
      const start = this.#times && performance.now();
      this.#host!.run(segment.instruction);
      if (this.#times) this.#times.host[segment.instruction]! += 1e6 * (performance.now() - start!);
    });
  }

  /** Notes steps that were begun at `start`, if they are measured. */
  #count(steps: number, start: number | undefined): void {
    if (!this.#times || start === undefined) return;
    this.#times.steps += steps;
    this.#times.milliseconds += performance.now() - start;
  }

  #requireIdle(): void {
    if (this.#isDisposed || this.#pending > 0) {
      const why = this.#isDisposed ? 'was disposed of' : 'is running';
      throw new StateError(`A compiled step cannot begin or end to be measured: it ${why}.`);
    }
  }

  #bind(slots: readonly number[], buffer: DeviceBuffer, byteOffset = 0): void {
    for (const slot of slots) this.#executable.bind(slot, buffer, byteOffset);
  }

  #indexOf(what: string, all: readonly { readonly name: string }[], name: string): number {
    const index = all.findIndex((item) => item.name === name);
    if (index < 0)
      throw new UnknownNameError(
        `${what} of the step`,
        name,
        all.map((item) => item.name),
      );
    return index;
  }
}

interface Held {
  readonly executable: Executable;
  readonly owned: readonly DeviceBuffer[];
}

function free({ executable, owned }: Held): void {
  executable.dispose();
  for (const buffer of owned) buffer.dispose();
}

/** Frees what steps held that were dropped without `dispose`. */
const forgotten = new FinalizationRegistry<Held>(free);
