import type { Bound } from '../backend/executor.ts';
import type { Plan } from '../plan/plan.ts';
import { costOfInstruction } from '../program/cost.ts';
import type { Cost } from '../program/primitive.ts';
import type { Instruction, Program } from '../program/program.ts';
import { type Origin, readOrigin } from '../trace/origin.ts';

/** How fast something was. */
export interface Speed extends Cost {
  /** Of one step. */
  readonly milliseconds: number;
  /** Of the time of all instructions, 0…1. */
  readonly share: number;
  /** 10⁹ operations a second. */
  readonly gflops: number;
  /** 10⁹ bytes a second, read and written; those in caches count too. */
  readonly gigabytes: number;
  /**
   * The time that it would take where the device does its most, by the time that it took; more than 1 where caches are faster
   * than memory. `undefined` where that is not known.
   */
  readonly ofBound: number | undefined;
}

/** What an instruction of a program took. */
export interface InstructionProfile extends Speed, Origin {
  /** Its place in the plan: first come the instructions of the program, then those in its loops. */
  readonly index: number;
  readonly primitive: string;
  /** Where it comes from: `'gradient of net/dense/BatchMatMul'`. */
  readonly origin: string;
  /** The type of what it gives: `'float32[32,10]'`; of several, with commas. */
  readonly shape: string;
}

/** What instructions took together that have something in common. */
export interface GroupProfile extends Speed {
  /** What they have in common: the path of a layer, or a primitive. */
  readonly name: string;
  /** How many instructions there are. */
  readonly count: number;
  /** Of the milliseconds, those of gradients. */
  readonly gradientMilliseconds: number;
}

/** What each instruction took, in the order of the plan: what is in a loop, in all its steps. `nanoseconds` are those of one step. */
export function profileInstructions(
  { instructions }: Pick<Plan, 'instructions'>,
  nanoseconds: ArrayLike<number>,
  bound?: Bound,
): InstructionProfile[] {
  const total = sumOf(Array.from(nanoseconds), (time) => time / 1e6);
  return instructions.map(({ program, instruction, runs }, index): InstructionProfile => {
    const { primitive, origin = '' } = instruction;
    const milliseconds = (nanoseconds[index] ?? 0) / 1e6;
    const { flops, bytes } = costOfInstruction(program, instruction);
    const cost = { flops: runs * flops, bytes: runs * bytes };
    return {
      index,
      primitive,
      origin,
      ...readOrigin(origin),
      shape: shapesOf(program, instruction),
      ...speedOf(cost, milliseconds, total, bound && leastMilliseconds(cost, bound)),
    };
  });
}

/** What instructions took by what `nameOf` says of them, those that took longest first. */
export function profileGroups(
  rows: readonly InstructionProfile[],
  nameOf: (row: InstructionProfile) => string,
): GroupProfile[] {
  const total = sumOf(rows, ({ milliseconds }) => milliseconds);
  const groups = groupBy(rows, nameOf);
  return [...groups]
    .map(([name, members]): GroupProfile => {
      const sum = (of: (row: InstructionProfile) => number): number => sumOf(members, of);
      const milliseconds = sum((row) => row.milliseconds);
      const hasBound = members.every(({ ofBound }) => ofBound !== undefined);
      const least = hasBound ? sum((row) => row.milliseconds * row.ofBound!) : undefined;
      const gradientMilliseconds = sum((row) => (row.isGradient ? row.milliseconds : 0));
      const cost = { flops: sum(({ flops }) => flops), bytes: sum(({ bytes }) => bytes) };
      return { name, count: members.length, gradientMilliseconds, ...speedOf(cost, milliseconds, total, least) };
    })
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function groupBy<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  return groups;
}

function speedOf(cost: Cost, milliseconds: number, total: number, least: number | undefined): Speed {
  const perMillisecond = (count: number): number => (milliseconds > 0 ? count / milliseconds / 1e6 : 0);
  return {
    ...cost,
    milliseconds,
    share: total > 0 ? milliseconds / total : 0,
    gflops: perMillisecond(cost.flops),
    gigabytes: perMillisecond(cost.bytes),
    ofBound: least === undefined ? undefined : milliseconds > 0 ? least / milliseconds : 0,
  };
}

/** The least time: that of the operations, or that of the memory. */
const leastMilliseconds = ({ flops, bytes }: Cost, { flopsPerSecond, bytesPerSecond }: Bound): number =>
  1e3 * Math.max(flops / flopsPerSecond, bytes / bytesPerSecond);

const shapesOf = ({ types }: Program, { outputs }: Instruction): string =>
  outputs
    .map((id) => types.get(id)!)
    .map(({ dtype, shape }) => `${dtype}[${shape.join()}]`)
    .join(', ');

/** The sum of something over all items. */
export const sumOf = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
