import { bytesOf } from '../program/primitive.ts';
import type { Part } from './encoder.ts';
import { type Body, writeBody } from './layouts.ts';
import { FLAGS, OPCODES } from './opcodes.ts';
import type { Segment, Slot } from './plan.ts';

/** An instruction of the stream, before it is known when it may run. */
export interface ScheduledPart extends Part {
  /** The instruction of the program that it belongs to. */
  readonly instruction: number;
  /** Too little work to share. */
  readonly isSerial: boolean;
  /** Of a loop: what it repeats. */
  readonly body?: readonly ScheduledPart[];
  /** Of a loop: the slots of which each thread has its own, where each does whole steps alone. */
  readonly own?: ReadonlySet<number>;
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
 * writes what another thread may still touch. The first of a segment has one too, so that a run may follow the one before, and
 * the first of a body. A loop that one thread does alone is like one part, as is one of which each thread does whole steps alone,
 * and so is one of rows around its body, in which threads may or may not meet.
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
  const write = (part: ScheduledPart, isFirst: boolean, isInOne = false): void => {
    const { opcode, body, isSerial, instruction } = part;
    const accesses = isInOne ? [] : accessesOf(part, slots);
    const hasBarrier =
      !isInOne && (isFirst || accesses.some((access) => open.some((other) => conflict(other, access))));
    if (hasBarrier) open = [];
    open.push(...accesses);
    const flags =
      (hasBarrier ? FLAGS.barrier : 0) |
      (isSerial ? FLAGS.serial : 0) |
      (opcode === 'map' && writesMuch(part, slots) ? FLAGS.streams : 0);
    const { words: fields } = bodyOf(part);
    words.push(OPCODES[opcode], HEAD + fields.length, flags, instruction, ...fields);
    if (!body) return;
    const start = words.length;
    const isAlone = isInOne || isOne(part) || body.every((each) => each.isSerial);
    body.forEach((each, i) => {
      write(each, i === 0, isAlone);
    });
    if (hasRows(part)) open.push(...accesses);
    words[start - 1] = words.length - start;
  };
  for (const part of parts) {
    const isHost = part.opcode === 'host';
    if (isHost) closeSegment();
    write(part, words.length === from);
    if (isHost) {
      segments.push({ kind: 'host', instruction: part.instruction });
      from = words.length;
    }
  }
  closeSegment();
  return { words: Int32Array.from(words), segments };
}

/** So many elements are in no cache any more when they are read. */
const MUCH = 1 << 22;

/** Whether an output is large, or a part of what is. */
function writesMuch(part: ScheduledPart, slots: readonly Slot[]): boolean {
  const isLarge = (index: number): boolean => {
    const { place, size } = slots[index]!;
    return place.kind === 'moving' ? place.among.some(isLarge) : size >= MUCH;
  };
  return bodyOf(part).writes.some(isLarge);
}

/** The words before the body of an instruction. */
export const HEAD = 4;

/** The number of words in the body of a loop, which come last, is not known yet. */
const bodyOf = ({ opcode, fields, body }: ScheduledPart): Body =>
  writeBody(opcode, body ? { ...fields, bodyWords: 0 } : fields);

/** Whether a loop is like one part. */
const isOne = ({ isSerial, own }: ScheduledPart): boolean => isSerial || own !== undefined;

/** Whether threads may do some rows each of a loop. */
const hasRows = ({ fields }: ScheduledPart): boolean => (fields.rows as number) > 0;

/** What a part touches. What threads share in a loop, they share part by part. */
function accessesOf(part: ScheduledPart, slots: readonly Slot[]): Access[] {
  if (part.body) {
    const { own } = part;
    if (!isOne(part) && !hasRows(part)) return [];
    const accesses = part.body.flatMap((each) => accessesOf(own ? { ...each, own } : each, slots));
    // threads may be at any place of it
    return hasRows(part) ? accesses.map((access) => ({ ...access, part })) : accesses;
  }
  const { reads, writes } = bodyOf(part);
  const accessTo = (index: number, isWrite: boolean): Access[] => {
    const { place, dtype, size } = slots[index]!;
    if (place.kind === 'constant' || part.own?.has(index)) return [];
    if (place.kind === 'moving') return place.among.flatMap((other) => accessTo(other, isWrite));
    const from = place.kind === 'arena' ? place.offset : 0;
    const memory = place.kind === 'arena' ? 'arena' : `${place.kind} ${place.index}`;
    return [{ memory, from, to: from + bytesOf({ dtype, shape: [size] }), isWrite, part }];
  };
  return [...reads.flatMap((slot) => accessTo(slot, false)), ...writes.flatMap((slot) => accessTo(slot, true))];
}

function conflict(before: Access, after: Access): boolean {
  if (before.memory !== after.memory || before.from >= after.to || after.from >= before.to) return false;
  if (!before.isWrite && !after.isWrite) return false;
  // the first thread does both, one after the other
  if (before.part.isSerial && after.part.isSerial) return false;
  const areIndependent = before.part.isIndependent && after.part.isIndependent;
  return !(areIndependent && before.part.instruction === after.part.instruction);
}
