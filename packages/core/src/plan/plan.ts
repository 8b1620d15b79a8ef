import type { Instruction, Program, ProgramDType } from '../program/program.ts';

/** Where the elements of a slot lie. */
export type SlotPlace =
  /** In the memory of the executable, at this offset in bytes. */
  | { readonly kind: 'arena'; readonly offset: number }
  /** In a buffer that is bound before the run: the input, state slot or output of the program with this index. */
  | { readonly kind: 'input' | 'state' | 'output'; readonly index: number }
  /** Known when the program is made. */
  | { readonly kind: 'constant'; readonly data: Float32Array | Int32Array | Uint8Array }
  /** Somewhere in one of these slots, where the loop says that moves it. */
  | { readonly kind: 'moving'; readonly among: readonly number[] };

/** An operand of the stream: memory, and how many elements of which type lie there in row-major order. */
export interface Slot {
  readonly place: SlotPlace;
  readonly dtype: ProgramDType;
  readonly size: number;
}

/** Consecutive words of the stream that run without the host, or one instruction that the host evaluates. */
export type Segment =
  | { readonly kind: 'words'; readonly from: number; readonly to: number }
  | { readonly kind: 'host'; readonly instruction: number };

/** An instruction with a number in the stream. */
export interface PlannedInstruction {
  /** The program that it belongs to, or the body of a loop. */
  readonly program: Program;
  readonly instruction: Instruction;
  /** How often a run of the plan does it; 0 for a loop, of which it does the instructions of the body. */
  readonly runs: number;
}

/**
 * How a program is run: every decision that does not depend on data. Executors are loops over `words`; the interpreter
 * works from `program`.
 */
export interface Plan {
  /** The program after the passes. */
  readonly program: Program;
  /** The instructions of the program, then those of the bodies of its loops: the numbers in the stream are places in this list. */
  readonly instructions: readonly PlannedInstruction[];
  /** The instruction stream; its layout is in `encode-*.ts`, its numbers in `opcodes.ts`. */
  readonly words: Int32Array;
  readonly slots: readonly Slot[];
  readonly segments: readonly Segment[];
  /** The memory that values between instructions need. */
  readonly arenaBytes: number;
  /** The slot of each value of the program that has elements of its own or is a view of one that has. */
  readonly slotOf: ReadonlyMap<number, number>;
}
