import { type Body, type Fields, readFields, writeBody } from './layouts.ts';
import { FLAGS, OPCODES, type Opcode } from './opcodes.ts';
import type { Plan } from './plan.ts';
import { HEAD } from './schedule.ts';

/** An instruction of the stream with its words by name. */
export interface StreamInstruction {
  /** Where it begins. */
  readonly at: number;
  readonly opcode: Opcode;
  readonly hasBarrier: boolean;
  readonly isSerial: boolean;
  /** The number of the instruction that it belongs to. */
  readonly instruction: number;
  /** How many loops it is in. */
  readonly depth: number;
  readonly fields: Fields;
  /** The slots that it reads and writes. */
  readonly reads: Body['reads'];
  readonly writes: Body['writes'];
}

/** The stream of a plan, instruction by instruction. */
export function readStream({ words }: Pick<Plan, 'words'>): StreamInstruction[] {
  const names = Object.keys(OPCODES) as Opcode[];
  const stream: StreamInstruction[] = [];
  // where the bodies end that it is in
  let ends: number[] = [];
  for (let at = 0; at < words.length; at += words[at + 1]!) {
    const opcode = names[words[at]!]!;
    const [flags, instruction] = [words[at + 2]!, words[at + 3]!];
    const fields = readFields(opcode, words, at + HEAD);
    const { reads, writes } = writeBody(opcode, fields);
    const [hasBarrier, isSerial] = [(flags & FLAGS.barrier) !== 0, (flags & FLAGS.serial) !== 0];
    ends = ends.filter((end) => end > at);
    stream.push({ at, opcode, hasBarrier, isSerial, instruction, depth: ends.length, fields, reads, writes });
    if (opcode === 'loop') ends.push(at + words[at + 1]! + (fields.bodyWords as number));
  }
  return stream;
}
