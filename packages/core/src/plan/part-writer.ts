import { isView, type Liveness, liveness } from '../passes/liveness.ts';
import { aligned, type MemoryPlan, planMemory } from '../passes/plan-memory.ts';
import { bytesOf } from '../program/primitive.ts';
import type { LoopAttributes } from '../program/primitives/loop.ts';
import type { Instruction, Program } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Part } from './encoder.ts';
import { encoders } from './encoders.ts';
import { finalCopies } from './final-copies.ts';
import { independentRows } from './independent-rows.ts';
import type { Fields } from './layouts.ts';
import { loopSlots } from './loop-slots.ts';
import type { Opcode } from './opcodes.ts';
import { packOnce } from './pack-once.ts';
import type { PlannedInstruction, Slot } from './plan.ts';
import type { ScheduledPart } from './schedule.ts';
import type { SlotTable } from './slot-table.ts';
import { workOf } from './work.ts';

/** Writes programs as parts in the order in which they run, and numbers their instructions. */
export class PartWriter {
  /** By their numbers. */
  readonly instructions: PlannedInstruction[] = [];
  readonly #serialBelow: number;

  /** @param serialBelow see {@link PlanOptions} */
  constructor(serialBelow: number) {
    this.#serialBelow = serialBelow;
  }

  /**
   * The parts of a program, then the copies to where its results are wanted, which carry the number of the instruction that made
   * the value, or `owner`.
   *
   * @param runs how often a run of the plan runs it
   */
  write(program: Program, live: Liveness, memory: MemoryPlan, table: SlotTable, runs = 1, owner = 0): ScheduledPart[] {
    const first = this.instructions.length;
    this.instructions.push(...program.instructions.map((instruction) => ({ program, instruction, runs })));
    const parts = program.instructions.flatMap((instruction, index) => {
      if (isView(instruction) || isEmpty(program, instruction.outputs)) return [];
      table.releaseTemporaries();
      const number = first + index;
      const written =
        instruction.primitive === 'loop'
          ? this.#writeLoop(number, live, table)
          : encode(program, instruction, table)?.map((part) => this.#scheduled(number, part));
      // the host reads and writes by slots
      if (!written) for (const id of [...instruction.inputs, ...instruction.outputs]) table.slotOf(id);
      return written ?? [{ ...HOST, instruction: number, isSerial: false }];
    });
    table.releaseTemporaries();
    const copies = finalCopies(program, live, memory, table).map(({ part, instruction, size }) => ({
      ...part,
      instruction: instruction < 0 ? owner : first + instruction,
      isSerial: size < this.#serialBelow,
    }));
    return [...parts, ...copies];
  }

  /** `undefined` where the host must do it: it has no steps, or the host does something in its body. */
  #writeLoop(number: number, live: Liveness, table: SlotTable): ScheduledPart[] | undefined {
    const planned = this.instructions[number]!;
    const { program, instruction, runs } = planned;
    // the primitive has checked the attributes
    const attrs = instruction.attrs as unknown as LoopAttributes;
    if (attrs.length === 0 || isEmpty(program, instruction.inputs)) return undefined;
    const [inputs, outputs] = [instruction.inputs, instruction.outputs].map((ids) =>
      ids.map((id) => table.operand(id)),
    );
    // these stay, whoever does it
    for (const { slot } of [...inputs!, ...outputs!]) void slot;
    const { length } = this.instructions;
    const parts = table.list.orNothing(() => {
      const { body } = attrs;
      const inside = liveness(body);
      const rows = independentRows(attrs);
      const memory = planMemory(body, inside, rows > 0);
      const isRead = (output: number) => {
        const { from, to } = live.lifetimes.get(instruction.outputs[output]!)!;
        return to > from;
      };
      const storageOf = (id: number) => {
        const storage = inside.storageOf(id);
        return memory.offsets.has(storage) ? storage : undefined;
      };
      const slots = loopSlots({ ...attrs, inputs: inputs!, outputs: outputs!, isRead, storageOf }, table);
      const inner = table.ofBody(body, inside, memory, slots.inputs, slots.outputs);
      const made = table.list.slots.length;
      const repeated = this.write(body, inside, memory, inner, runs * attrs.length, number);
      if (repeated.some(({ opcode }) => opcode === 'host')) return undefined;
      const { packs, body: packed } = packOnce(
        repeated,
        slots.inputs.slice(attrs.carries + attrs.sequences),
        table.list,
      );
      const apart = this.#mayStandApart(repeated, attrs) ? ownSlots(table.list.slots, made) : undefined;
      const isByRows = rows > 0 && this.#isEnough(repeated, attrs);
      const loop: ScheduledPart = {
        opcode: 'loop',
        fields: { ...slots.fields, rows: isByRows ? rows : 0, ...(apart?.fields ?? TOGETHER) },
        instruction: number,
        isSerial: !apart && !isByRows && repeated.every(({ isSerial }) => isSerial),
        // what is small is done by each thread
        body: apart ? packed.map((part) => ({ ...part, isSerial: false })) : packed,
        ...(apart && { own: apart.own }),
      };
      const scheduled = (part: Part) => this.#scheduled(number, part);
      return [...slots.before.map(scheduled), ...packs, loop, ...slots.after.map(scheduled)];
    });
    if (parts) this.instructions[number] = { ...planned, runs: 0 };
    else this.instructions.length = length;
    return parts;
  }

  /** Whether each thread does whole steps of a loop alone: none needs another one, and there are enough, or they are too small to share. */
  #mayStandApart(body: readonly ScheduledPart[], attrs: LoopAttributes): boolean {
    const { carries, length } = attrs;
    if (carries > 0 || length < 2 || !body.every(({ opcode }) => APART.has(opcode))) return false;
    if (length < ENOUGH_STEPS && !body.every(({ isSerial }) => isSerial)) return false;
    return this.#isEnough(body, attrs);
  }

  /** Whether all steps of a loop are worth sharing. */
  #isEnough(body: readonly ScheduledPart[], { length }: LoopAttributes): boolean {
    const work = body.reduce((sum, part) => sum + this.#workOf(part.instruction, part), 0);
    return work * length >= this.#serialBelow;
  }

  #workOf(number: number, part: Part): number {
    const { program, instruction } = this.instructions[number]!;
    return workOf(program, instruction, part);
  }

  #scheduled(number: number, part: Part): ScheduledPart {
    return { ...part, instruction: number, isSerial: this.#workOf(number, part) < this.#serialBelow };
  }
}

/** What one thread can do while others do the same on other elements: it has no memory that all threads share. */
const APART: ReadonlySet<Opcode> = new Set(['map', 'reduce', 'softmax', 'copy', 'fill']);

/** So many steps keep the threads of most machines busy. */
const ENOUGH_STEPS = 16;

/** The words of a loop whose steps come one after the other. */
const TOGETHER = { apart: 0, nOwn: 0, own: [], ownBytes: 0 };

/** The slots in the arena from the place `from` on, so that each thread has its own. */
function ownSlots(slots: readonly Slot[], from: number): { own: ReadonlySet<number>; fields: Fields } {
  const places = slots.flatMap(({ place, dtype, size }, slot) =>
    slot >= from && place.kind === 'arena'
      ? [{ slot, offset: place.offset, bytes: bytesOf({ dtype, shape: [size] }) }]
      : [],
  );
  const start = Math.min(...places.map(({ offset }) => offset));
  const end = Math.max(start, ...places.map(({ offset, bytes }) => offset + aligned(bytes)));
  const own = places.map(({ slot, offset }) => ({ slot, offset: offset - start }));
  const ownBytes = own.length ? end - start : 0;
  return { own: new Set(own.map(({ slot }) => slot)), fields: { apart: 1, nOwn: own.length, own, ownBytes } };
}

const HOST: Part = { opcode: 'host', fields: {} };

const isEmpty = ({ types }: Program, ids: Instruction['outputs']): boolean =>
  ids.every((id) => sizeOf(types.get(id)!.shape) === 0);

/** Primitives for which an empty input is nothing special. */
const TAKES_EMPTY: ReadonlySet<string> = new Set(['concat', 'pad', 'scatterAdd', 'updateRows']);

function encode(program: Program, instruction: Instruction, table: SlotTable): readonly Part[] | undefined {
  const { primitive, inputs, attrs, outputs } = instruction;
  if (inputs.some((id) => isEmpty(program, [id])) && !TAKES_EMPTY.has(primitive)) return undefined;
  const encoder = Object.hasOwn(encoders, primitive) ? encoders[primitive] : undefined;
  return encoder?.({
    attrs,
    inputs: inputs.map((id) => table.operand(id)),
    outputs: outputs.map((id) => table.operand(id)),
    constant: (data, dtype) => table.constant(data, dtype),
    temporary: (type) => table.temporary(type),
  });
}
