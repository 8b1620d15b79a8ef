import { costOfInstruction } from '../program/cost.ts';
import type { Cost } from '../program/primitive.ts';
import type { Plan } from './plan.ts';

/** What an instruction of a program cost. */
export interface InstructionProfile extends Cost {
  /** Its place in the program. */
  readonly index: number;
  readonly primitive: string;
  readonly origin: string;
  readonly nanoseconds: number;
}

/**
 * What the instructions of a plan cost, those with the longest time first.
 *
 * @param nanoseconds the time of each instruction of the program: what `Executable.profile(false)` gives
 */
export function profileInstructions(
  { program }: Pick<Plan, 'program'>,
  nanoseconds: ArrayLike<number>,
): InstructionProfile[] {
  const rows = program.instructions.map((instruction, index): InstructionProfile => {
    const { primitive, origin = '' } = instruction;
    return {
      index,
      primitive,
      origin,
      nanoseconds: nanoseconds[index] ?? 0,
      ...costOfInstruction(program, instruction),
    };
  });
  return rows.sort((a, b) => b.nanoseconds - a.nanoseconds);
}

/**
 * A profile as text, one instruction a line: its share of the time, milliseconds, 10⁹ operations and 10⁹ bytes a second.
 *
 * @example
 * executable.profile(true);
 * await executable.runMany(100);
 * console.log(profileText(profileInstructions(plan, executable.profile(false))));
 */
export function profileText(rows: readonly InstructionProfile[]): string {
  const total = rows.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0);
  const rate = (count: number, time: number) => (time > 0 ? (count / time).toFixed(1) : '-').padStart(7);
  const line = ({ index, primitive, origin, nanoseconds, flops, bytes }: InstructionProfile): string => {
    const share = total > 0 ? (100 * nanoseconds) / total : 0;
    const columns = [
      `${share.toFixed(1).padStart(5)}%`,
      `${(nanoseconds / 1e6).toFixed(3).padStart(9)} ms`,
      `${rate(flops, nanoseconds)} Gflop/s`,
      `${rate(bytes, nanoseconds)} GB/s`,
    ];
    return `${columns.join(' ')}  #${index} ${primitive} ${origin}`.trimEnd();
  };
  return rows
    .filter(({ nanoseconds }) => nanoseconds > 0)
    .map(line)
    .join('\n');
}
