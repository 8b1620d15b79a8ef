import type { Liveness } from '../passes/liveness.ts';
import type { MemoryPlan } from '../passes/plan-memory.ts';
import type { Program, ValueId } from '../program/program.ts';
import { rowMajor } from '../program/strided.ts';
import { copySlots } from './encode-movement.ts';
import { elementBytes, type Part } from './encoder.ts';
import type { SlotTable } from './slot-table.ts';

/** A copy after the last instruction. */
export interface FinalCopy {
  readonly part: Part;
  /** The place of the instruction that made the value; -1 where none did. */
  readonly instruction: number;
  readonly size: number;
}

/**
 * What is not yet where it is wanted: first the outputs, which may be old values of states, then the new values of states.
 * Of these, what lies in a state that an earlier copy writes is put aside before.
 */
export function finalCopies(program: Program, live: Liveness, memory: MemoryPlan, table: SlotTable): FinalCopy[] {
  const copy = (id: ValueId, from: { slot: number; isRepeated: boolean }, to: number): FinalCopy => {
    const { type, size } = table.operand(id);
    const layout = { offset: 0, strides: rowMajor(type.shape) };
    const source = from.isRepeated ? { offset: 0, strides: type.shape.map(() => 0) } : layout;
    return {
      part: copySlots(elementBytes(type.dtype), type.shape, { slot: from.slot, ...source }, { slot: to, ...layout }),
      instruction: live.lifetimes.get(live.storageOf(id))!.from,
      size,
    };
  };
  const wanted = [
    ...program.outputs.map((id, index) => ({ id, to: table.outerSlot('outputs', index) })),
    ...program.state.flatMap(({ input, output }, index) => {
      const isThere = input === output || memory.statesInPlace.has(index);
      return isThere ? [] : [{ id: output, to: table.outerSlot('states', index) }];
    }),
  ].flatMap(({ id, to }) => {
    const { source, size } = table.operand(id);
    return size === 0 || source.slot === to ? [] : [{ id, source, to }];
  });
  const aside: FinalCopy[] = [];
  const moves = wanted.map(({ id, source, to }, place) => {
    const isLost = wanted.slice(0, place).some((move) => move.to === source.slot);
    if (!isLost) return copy(id, source, to);
    const { slot } = table.temporary(table.operand(id).type);
    aside.push(copy(id, source, slot));
    return copy(id, { slot, isRepeated: false }, to);
  });
  return [...aside, ...moves];
}
