import type { Liveness } from '../passes/liveness.ts';
import type { MemoryPlan } from '../passes/plan-memory.ts';
import { allocate, bytesOf, type Elements } from '../program/primitive.ts';
import type { Program, ProgramDType, ValueId, ValueType } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Operand } from './encoder.ts';
import type { Slot, SlotPlace } from './plan.ts';

/** Gives the values of a program their slots. Inputs, states and outputs have theirs even if nothing uses them. */
export class SlotTable {
  readonly #program: Program;
  readonly #live: Liveness;
  readonly #memory: MemoryPlan;
  readonly #slots: Slot[] = [];
  readonly #slotOf = new Map<ValueId, number>();
  /** Slots of one element for constants that repeat it. */
  readonly #repeated = new Map<ValueId, number>();
  readonly #constants: ReadonlyMap<ValueId, Elements>;
  readonly #outputs: readonly number[];
  readonly #states: readonly number[];
  /** Where the memory for temporary values ends, of this instruction and at most. */
  #temporaryEnd: number;
  #arenaBytes: number;

  constructor(program: Program, live: Liveness, memory: MemoryPlan) {
    this.#program = program;
    this.#live = live;
    this.#memory = memory;
    this.#temporaryEnd = memory.arenaBytes;
    this.#arenaBytes = memory.arenaBytes;
    this.#constants = new Map(program.constants.map(({ id, data }) => [id, data]));
    program.inputs.forEach(({ id }, index) => {
      this.#slotOf.set(id, this.#add({ kind: 'input', index }, this.#typeOf(id)));
    });
    this.#states = program.state.map(({ input }, index) => {
      const slot = this.#add({ kind: 'state', index }, this.#typeOf(input));
      this.#slotOf.set(input, slot);
      return slot;
    });
    this.#outputs = program.outputs.map((id, index) => this.#add({ kind: 'output', index }, this.#typeOf(id)));
    for (const index of memory.statesInPlace) {
      this.#slotOf.set(live.storageOf(program.state[index]!.output), this.#states[index]!);
    }
    // whoever makes an output writes it where it is wanted
    program.outputs.forEach((id, index) => {
      const storage = live.storageOf(id);
      if (memory.offsets.has(storage)) this.#slotOf.set(storage, this.#outputs[index]!);
    });
  }

  /** The slot with all elements of a value. */
  slotOf(id: ValueId): number {
    const storage = this.#live.storageOf(id);
    const known = this.#slotOf.get(storage);
    if (known !== undefined) return known;
    const slot = this.#add(this.#placeOf(storage), this.#typeOf(storage));
    this.#slotOf.set(storage, slot);
    return slot;
  }

  /** The slot of the output or state of the program with this index. */
  boundSlot(kind: 'state' | 'output', index: number): number {
    return (kind === 'state' ? this.#states : this.#outputs)[index]!;
  }

  operand(id: ValueId): Operand {
    const type = this.#typeOf(id);
    const data = this.#constants.get(this.#live.storageOf(id));
    const [size, table] = [sizeOf(type.shape), this];
    const isRepeated = data?.length === 1 && size !== 1;
    return {
      type,
      size,
      constant: data?.length === 1 ? data[0] : undefined,
      get slot() {
        return table.slotOf(id);
      },
      get source() {
        return { isRepeated, slot: isRepeated ? table.#repeatedSlot(id, data!) : table.slotOf(id) };
      },
    };
  }

  constant(data: Elements, dtype: ProgramDType): number {
    return this.#add({ kind: 'constant', data }, { dtype, shape: [data.length] });
  }

  /** Memory for a value that is no value of the program, behind those of the arena. */
  temporary(type: ValueType): Operand {
    const slot = this.#add({ kind: 'arena', offset: this.#temporaryEnd }, type);
    this.#temporaryEnd += Math.ceil(bytesOf(type) / ALIGNMENT) * ALIGNMENT;
    this.#arenaBytes = Math.max(this.#arenaBytes, this.#temporaryEnd);
    return { type, size: sizeOf(type.shape), constant: undefined, slot, source: { slot, isRepeated: false } };
  }

  /** Temporary values are not needed any more. */
  releaseTemporaries(): void {
    this.#temporaryEnd = this.#memory.arenaBytes;
  }

  /** All slots that were asked for, and the slot of each value that has one. */
  finish(): { slots: readonly Slot[]; slotOf: ReadonlyMap<ValueId, number>; arenaBytes: number } {
    const slotOf = new Map<ValueId, number>();
    for (const id of this.#program.types.keys()) {
      const slot = this.#slotOf.get(this.#live.storageOf(id));
      if (slot !== undefined) slotOf.set(id, slot);
    }
    return { slots: this.#slots, slotOf, arenaBytes: this.#arenaBytes };
  }

  #placeOf(storage: ValueId): SlotPlace {
    const offset = this.#memory.offsets.get(storage);
    if (offset !== undefined) return { kind: 'arena', offset };
    const data = this.#constants.get(storage)!;
    const type = this.#typeOf(storage);
    return { kind: 'constant', data: data.length === sizeOf(type.shape) ? data : allocate(type).fill(data[0]!) };
  }

  #repeatedSlot(id: ValueId, data: Elements): number {
    const storage = this.#live.storageOf(id);
    const slot = this.#repeated.get(storage) ?? this.constant(data, this.#typeOf(id).dtype);
    this.#repeated.set(storage, slot);
    return slot;
  }

  #add(place: SlotPlace, { dtype, shape }: ValueType): number {
    return this.#slots.push({ place, dtype, size: sizeOf(shape) }) - 1;
  }

  readonly #typeOf = (id: ValueId): ValueType => this.#program.types.get(id)!;
}

/** Temporary slots start at a cache line, as all that `planMemory` places. */
const ALIGNMENT = 64;
