import type { DeviceBuffer, Executable, Executor } from '../backend/executor.ts';
import { BackendError, StateError } from '../errors.ts';
import type { Plan, Slot } from '../plan/plan.ts';
import { type HostValues, prepareRun, type RunValues, repeated } from '../program/interpret.ts';
import { allocate, type Elements, type HostValue } from '../program/primitive.ts';
import type { Program, ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { runKernel } from './run-kernel.ts';

/**
 * Runs programs by the meaning of their primitives, in JavaScript: the reference for the other executors, everywhere, and no
 * faster than kernel by kernel.
 */
export const jsExecutor: Executor = {
  name: 'js',
  threads: 1,
  residentBytes: Number.POSITIVE_INFINITY,
  isReference: true,
  plan: planSlots,
  allocate: (bytes) => new HostBuffer(new Uint8Array(bytes)),
  share: (data) => new HostBuffer(bytesOf(data)),
  compile: (plan) => new InterpretedPlan(plan),
};

/** A plan that says only where inputs, states and outputs lie: all that the interpreter asks for. */
function planSlots(program: Program): Plan {
  const slots: Slot[] = [];
  const slotOf = new Map<ValueId, number>();
  const add = (id: ValueId, kind: 'input' | 'state' | 'output', index: number): void => {
    const { shape, dtype } = program.types.get(id)!;
    if (!slotOf.has(id)) slotOf.set(id, slots.length);
    slots.push({ place: { kind, index }, dtype, size: sizeOf(shape) });
  };
  program.inputs.forEach(({ id }, i) => void add(id, 'input', i));
  program.state.forEach(({ input }, i) => void add(input, 'state', i));
  program.outputs.forEach((id, i) => void add(id, 'output', i));
  const segments = [{ kind: 'words', from: 0, to: 0 }] as const;
  const instructions = program.instructions.map((instruction) => ({ program, instruction, runs: 1 }));
  return { program, instructions, words: new Int32Array(0), slots, segments, arenaBytes: 0, slotOf };
}

/** Memory of JavaScript. */
class HostBuffer implements DeviceBuffer {
  #memory: Uint8Array | undefined;

  constructor(memory: Uint8Array) {
    this.#memory = memory;
  }

  get memory(): Uint8Array {
    if (!this.#memory) throw new StateError('js executor: a buffer was disposed of and cannot be used any more.');
    return this.#memory;
  }

  get bytes(): number {
    return this.memory.byteLength;
  }

  write(data: Elements, byteOffset = 0): void {
    this.memory.set(bytesOf(data), byteOffset);
  }

  read(into: Elements, byteOffset = 0): void {
    const target = bytesOf(into);
    target.set(this.memory.subarray(byteOffset, byteOffset + target.length));
  }

  dispose(): void {
    this.#memory = undefined;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Elements): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

class InterpretedPlan implements Executable {
  readonly plan: Plan;
  readonly #run: RunValues;
  readonly #constants: readonly (readonly [ValueId, HostValue])[];
  readonly #bound = new Map<number, { readonly buffer: HostBuffer; readonly byteOffset: number }>();
  #nanoseconds: Float64Array | undefined;
  #isStopped = false;

  constructor(plan: Plan) {
    const { constants, types } = plan.program;
    this.plan = plan;
    this.#run = prepareRun(plan.program, { runKernel });
    this.#constants = constants.map(({ id, data }) => {
      const type = types.get(id)!;
      return [id, { type, data: repeated(data, type) }] as const;
    });
  }

  bind(slot: number, buffer: DeviceBuffer, byteOffset = 0): void {
    this.#bound.set(slot, { buffer: buffer as HostBuffer, byteOffset });
  }

  run(): void {
    const { program, slots } = this.plan;
    const values: HostValues = new Map(this.#constants);
    const viewOf = slots.map((_, slot) => this.#view(slot));
    const memories = new Set(viewOf.map(({ buffer }) => buffer));
    slots.forEach(({ place }, slot) => {
      if (place.kind !== 'input' && place.kind !== 'state') return;
      const id = place.kind === 'input' ? program.inputs[place.index]!.id : program.state[place.index]!.input;
      values.set(id, { type: program.types.get(id)!, data: viewOf[slot]! });
    });
    this.#run(values, this.#nanoseconds);
    const results = slots.flatMap(({ place }, slot) => {
      if (place.kind !== 'output' && place.kind !== 'state') return [];
      const id = place.kind === 'output' ? program.outputs[place.index]! : program.state[place.index]!.output;
      const target = viewOf[slot]!;
      const { data } = values.get(id)!;
      if (data === target) return [];
      // what lies in bound memory is copied before something else is written there
      return [{ target, data: memories.has(data.buffer) ? data.slice() : data }];
    });
    for (const { target, data } of results) target.set(data);
  }

  async runMany(steps: number): Promise<number> {
    this.#isStopped = false;
    let done = 0;
    while (done < steps && !this.#isStopped) {
      this.run();
      done++;
    }
    return done;
  }

  stop(): void {
    this.#isStopped = true;
  }

  readSlot(slot: number, into: Elements): void {
    into.set(this.#view(slot));
  }

  writeSlot(slot: number, data: Elements): void {
    this.#view(slot).set(data);
  }

  profile(on: boolean): Float64Array {
    const { length } = this.plan.instructions;
    const measured = this.#nanoseconds ?? new Float64Array(length);
    this.#nanoseconds = on ? new Float64Array(length) : undefined;
    return measured;
  }

  dispose(): void {
    this.#bound.clear();
  }

  #view(slot: number): Elements {
    const { place, dtype, size } = this.plan.slots[slot]!;
    const bound = this.#bound.get(slot);
    if (!bound) throw new BackendError(`js executor: ${place.kind} slot ${slot} was not bound.`);
    const { buffer, byteOffset } = bound.buffer.memory;
    const View = allocate({ shape: [0], dtype }).constructor as new (
      b: ArrayBufferLike,
      at: number,
      n: number,
    ) => Elements;
    return new View(buffer, byteOffset + bound.byteOffset, size);
  }
}
