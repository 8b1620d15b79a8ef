import { bytesOf } from '../program/primitive.ts';
import type { LoopAttributes } from '../program/primitives/loop.ts';
import type { ValueId, ValueType } from '../program/program.ts';
import { rowMajor } from '../program/strided.ts';
import { copyPart } from './encode-movement.ts';
import type { Operand, Part } from './encoder.ts';
import type { Fields } from './layouts.ts';
import type { SlotTable } from './slot-table.ts';

/** Where a body finds what it reads, and writes what it gives, while a loop runs it. */
export interface LoopSlots {
  /** The slots of the inputs and outputs of the body. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** How they move: words of the instruction. */
  readonly fields: Fields;
  /** Copies before the first run of the body, and after the last. */
  readonly before: readonly Part[];
  readonly after: readonly Part[];
}

/** A loop as its program sees it. */
export interface OuterLoop extends LoopAttributes {
  readonly inputs: readonly Operand[];
  readonly outputs: readonly Operand[];
  /** Whether anything reads an output. */
  isRead(output: number): boolean;
  /** In whose storage an output of the body lies that the body makes. */
  storageOf(id: ValueId): ValueId | undefined;
}

/**
 * Gives a loop its slots, without copies in between:
 * - a step of a sequence, and of a stacked output, is a slot that moves over it;
 * - a carry that is an output of the step too is read next time where it was written;
 * - another carry has two places, which change with each run. After the last the new one is where it is wanted.
 */
export function loopSlots(loop: OuterLoop, table: SlotTable): LoopSlots {
  const { body, carries, sequences, length, reverse, inputs, outputs } = loop;
  const [moves, exchanges]: Fields[][] = [[], []];
  const [before, after]: Part[][] = [[], []];
  const moving = (type: ValueType, ...among: readonly number[]): number =>
    table.list.add({ kind: 'moving', among }, type);
  const typeOf = (id: ValueId): ValueType => body.types.get(id)!;
  const stepsOf = (all: Operand, id: ValueId): number => {
    const slot = moving(typeOf(id), all.slot);
    moves!.push({ slot, base: all.slot, bytes: bytesOf(typeOf(id)) });
    return slot;
  };
  const steps = inputs.slice(carries, carries + sequences).map((all, i) => stepsOf(all, body.inputs[carries + i]!.id));
  const stacks = outputs.slice(carries).map((all, i) => stepsOf(all, body.outputs[carries + i]!));

  const taken = new Set<number>();
  const slots = body.outputs.slice(0, carries).map((id, i) => {
    const [first, last] = [inputs[i]!, outputs[i]!];
    const { type } = first;
    const storage = loop.storageOf(id);
    const stack = body.outputs.findLastIndex((other, place) => place >= carries && loop.storageOf(other) === storage);
    if (storage !== undefined && stack >= 0 && !taken.has(stack)) {
      taken.add(stack);
      const all = outputs[stack]!;
      const [current, next] = [moving(type, first.slot, all.slot), stacks[stack - carries]!];
      exchanges!.push({ current, next, from: first.slot, to: all.slot });
      const offset = reverse ? 0 : (length - 1) * first.size;
      if (loop.isRead(i)) after!.push(copyPart(all, type.shape, { offset, strides: rowMajor(type.shape) }, last));
      return { current, next };
    }
    const other = table.temporary(type);
    const [from, to] = length % 2 ? [other, last] : [last, other];
    const [current, next] = [moving(type, from.slot, to.slot), moving(type, from.slot, to.slot)];
    exchanges!.push({ current, next, from: from.slot, to: to.slot });
    before!.push(copyPart(first, type.shape, { offset: 0, strides: rowMajor(type.shape) }, from));
    return { current, next };
  });
  return {
    inputs: [
      ...slots.map(({ current }) => current),
      ...steps,
      ...inputs.slice(carries + sequences).map(({ slot }) => slot),
    ],
    outputs: [...slots.map(({ next }) => next), ...stacks],
    fields: {
      length,
      reverse: Number(reverse),
      rows: 0,
      nMoves: moves!.length,
      moves: moves!,
      nCarries: carries,
      carries: exchanges!,
    },
    before: before!,
    after: after!,
  };
}
