import { bytesOf } from '../program/primitive.ts';
import type { Part } from './encoder.ts';
import { writeBody } from './layouts.ts';
import { FLAGS, OPCODES } from './opcodes.ts';
import type { Segment, Slot } from './plan.ts';

/** An instruction of the stream, before it is known when it may run. */
export interface ScheduledPart extends Part {
  /** The instruction of the program that it belongs to. */
  readonly instruction: number;
  /** Too little work to share. */
  readonly isSerial: boolean;
}

/** Bytes that an instruction reads or writes. */
interface Access {
  readonly memory: string;
  readonly from: number;
  readonly to: number;
  readonly isWrite: boolean;
  readonly part: ScheduledPart;
}

/**
 * Writes the stream: parts in their order, with a barrier before each that touches what another thread may still write, or
 * writes what another thread may still touch. The first of a segment has one too, so that a run may follow the one before.
 */
export function schedule(
  parts: readonly ScheduledPart[],
  slots: readonly Slot[],
): { words: Int32Array; segments: readonly Segment[] } {
  const words: number[] = [];
  const segments: Segment[] = [];
  // what was touched since the last barrier
  let open: Access[] = [];
  let from = 0;
  const closeSegment = () => {
    if (words.length > from) segments.push({ kind: 'words', from, to: words.length });
    from = words.length;
  };
  for (const part of parts) {
    const body = writeBody(part.opcode, part.fields);
    const isHost = part.opcode === 'host';
    if (isHost) closeSegment();
    const accesses = [
      ...body.reads.map((slot) => accessTo(slots[slot]!, false, part)),
      ...body.writes.map((slot) => accessTo(slots[slot]!, true, part)),
    ].filter((access) => access !== undefined);
    const isFirst = words.length === from;
    const needsBarrier = isFirst || accesses.some((access) => open.some((other) => conflict(other, access)));
    if (needsBarrier) open = [];
    open.push(...accesses);
    const flags = (needsBarrier ? FLAGS.barrier : 0) | (part.isSerial ? FLAGS.serial : 0);
    words.push(OPCODES[part.opcode], HEAD + body.words.length, flags, part.instruction, ...body.words);
    if (isHost) {
      segments.push({ kind: 'host', instruction: part.instruction });
      from = words.length;
    }
  }
  closeSegment();
  return { words: Int32Array.from(words), segments };
}

/** The words before the body of an instruction. */
export const HEAD = 4;

function accessTo({ place, dtype, size }: Slot, isWrite: boolean, part: ScheduledPart): Access | undefined {
  if (place.kind === 'constant') return undefined;
  const from = place.kind === 'arena' ? place.offset : 0;
  const memory = place.kind === 'arena' ? 'arena' : `${place.kind} ${place.index}`;
  return { memory, from, to: from + bytesOf({ dtype, shape: [size] }), isWrite, part };
}

function conflict(before: Access, after: Access): boolean {
  if (before.memory !== after.memory || before.from >= after.to || after.from >= before.to) return false;
  if (!before.isWrite && !after.isWrite) return false;
  // the first thread does both, one after the other
  if (before.part.isSerial && after.part.isSerial) return false;
  const areIndependent = before.part.isIndependent && after.part.isIndependent;
  return !(areIndependent && before.part.instruction === after.part.instruction);
}
