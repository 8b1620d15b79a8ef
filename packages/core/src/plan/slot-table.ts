import type { Liveness } from '../passes/liveness.ts';
import { aligned, type MemoryPlan } from '../passes/plan-memory.ts';
import { allocate, bytesOf, type Elements } from '../program/primitive.ts';
import type { Program, ProgramDType, ValueId, ValueType } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Operand } from './encoder.ts';
import type { SlotPlace } from './plan.ts';
import { SlotList } from './slot-list.ts';

/** The slots of what a program gets from outside, and of what it gives. */
export interface OuterSlots {
  readonly inputs: readonly number[];
  readonly states: readonly number[];
  readonly outputs: readonly number[];
}

/** Gives the values of a program their slots. Inputs, states and outputs have theirs even if nothing uses them. */
export class SlotTable {
  readonly list: SlotList;
  readonly #program: Program;
  readonly #live: Liveness;
  readonly #memory: MemoryPlan;
  readonly #outer: OuterSlots;
  readonly #slotOf = new Map<ValueId, number>();
  /** Slots of one element for constants that repeat it. */
  readonly #repeated = new Map<ValueId, number>();
  readonly #constants: ReadonlyMap<ValueId, Elements>;
  /** Where the memory of the program begins. */
  readonly #start: number;
  /** Where the memory for temporary values of this instruction ends. */
  #temporaryEnd: number;

  /** @param start where in the arena its memory begins */
  constructor(program: Program, live: Liveness, memory: MemoryPlan, list: SlotList, outer: OuterSlots, start: number) {
    this.list = list;
    this.#program = program;
    this.#live = live;
    this.#memory = memory;
    this.#outer = outer;
    this.#start = start;
    this.#temporaryEnd = start + memory.arenaBytes;
    this.#constants = new Map(program.constants.map(({ id, data }) => [id, data]));
    program.inputs.forEach(({ id }, index) => {
      this.#slotOf.set(id, outer.inputs[index]!);
    });
    program.state.forEach(({ input }, index) => {
      this.#slotOf.set(input, outer.states[index]!);
    });
    for (const index of memory.statesInPlace) {
      this.#slotOf.set(live.storageOf(program.state[index]!.output), outer.states[index]!);
    }
    // whoever makes an output writes it where it is wanted
    program.outputs.forEach((id, index) => {
      const storage = live.storageOf(id);
      if (memory.offsets.has(storage)) this.#slotOf.set(storage, outer.outputs[index]!);
    });
  }

  /** The table of a program whose inputs, states and outputs are bound before a run. */
  static ofBound(program: Program, live: Liveness, memory: MemoryPlan): SlotTable {
    const list = new SlotList();
    const add = (kind: 'input' | 'state' | 'output', ids: readonly ValueId[]) =>
      ids.map((id, index) => list.add({ kind, index }, program.types.get(id)!));
    const inputs = add(
      'input',
      program.inputs.map(({ id }) => id),
    );
    const states = add(
      'state',
      program.state.map(({ input }) => input),
    );
    return new SlotTable(program, live, memory, list, { inputs, states, outputs: add('output', program.outputs) }, 0);
  }

  /** The table of a body, for as long as an instruction of this program runs. */
  ofBody(
    body: Program,
    live: Liveness,
    memory: MemoryPlan,
    inputs: readonly number[],
    outputs: readonly number[],
  ): SlotTable {
    return new SlotTable(body, live, memory, this.list, { inputs, states: [], outputs }, this.#temporaryEnd);
  }

  /** The slot with all elements of a value. */
  slotOf(id: ValueId): number {
    const storage = this.#live.storageOf(id);
    const known = this.#slotOf.get(storage);
    if (known !== undefined) return known;
    const slot = this.list.add(this.#placeOf(storage), this.#typeOf(storage));
    this.#slotOf.set(storage, slot);
    return slot;
  }

  /** The slot of the output or state of the program with this index. */
  outerSlot(kind: 'states' | 'outputs', index: number): number {
    return this.#outer[kind][index]!;
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
    return this.list.add({ kind: 'constant', data }, { dtype, shape: [data.length] });
  }

  /** Memory for a value that is no value of the program, behind those of the arena. */
  temporary(type: ValueType): Operand {
    const slot = this.list.add({ kind: 'arena', offset: this.#temporaryEnd }, type);
    this.#temporaryEnd += aligned(bytesOf(type));
    return { type, size: sizeOf(type.shape), constant: undefined, slot, source: { slot, isRepeated: false } };
  }

  /** Temporary values are not needed any more. */
  releaseTemporaries(): void {
    this.#temporaryEnd = this.#start + this.#memory.arenaBytes;
  }

  /** The slot of each value that has one. */
  slotsOfValues(): ReadonlyMap<ValueId, number> {
    const slotOf = new Map<ValueId, number>();
    for (const id of this.#program.types.keys()) {
      const slot = this.#slotOf.get(this.#live.storageOf(id));
      if (slot !== undefined) slotOf.set(id, slot);
    }
    return slotOf;
  }

  #placeOf(storage: ValueId): SlotPlace {
    const offset = this.#memory.offsets.get(storage);
    if (offset !== undefined) return { kind: 'arena', offset: this.#start + offset };
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

  readonly #typeOf = (id: ValueId): ValueType => this.#program.types.get(id)!;
}
