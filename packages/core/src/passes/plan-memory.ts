import { bytesOf } from '../program/primitive.ts';
import type { Program, ValueId } from '../program/program.ts';
import { elementwiseInputs, type Lifetime, type Liveness, liveness, mayOverwrite } from './liveness.ts';

/** Where the values that a program makes lie: in one arena that is taken once and used for every run. */
export interface MemoryPlan {
  readonly arenaBytes: number;
  /**
   * The offset in the arena of each value that an instruction makes, views included. Not here: inputs, states, constants, views
   * of these, and new states that are written over the old ones.
   */
  readonly offsets: ReadonlyMap<ValueId, number>;
  /** The places of the states that are written in place; the others are copied from the arena after the last instruction. */
  readonly statesInPlace: ReadonlySet<number>;
}

/** Every value starts at a multiple of this many bytes: a cache line, and the widest vector register. */
const ALIGNMENT = 64;

/** Bytes of the arena that are in use for a time: one storage, or several of which each is written over the one before. */
interface Block {
  readonly bytes: number;
  /** Of each storage, before they were rounded up. */
  readonly used: number;
  readonly storages: ValueId[];
  lifetime: Lifetime;
}

/** A block in the arena. */
interface Placement {
  readonly offset: number;
  readonly end: number;
  readonly block: Block;
}

/**
 * Places the values of a program: the largest block first, each at the lowest offset that is free during its lifetime.
 *
 * What reads only the element that it writes, as a `map` does, writes over an input of its size that nobody reads later.
 *
 * @param byRows only values of the same size ever share bytes, so that rows of one lie where the same rows of the other did
 * @see {@link https://arxiv.org/abs/2001.03288 | Pisarchyk and Lee 2020}, "greedy by size for offset calculation"
 */
export function planMemory(program: Program, live: Liveness = liveness(program), byRows = false): MemoryPlan {
  /** In the order of their offsets. */
  const placed: Placement[] = [];
  const offsetOf = new Map<ValueId, number>();
  for (const block of findBlocks(program, live).toSorted((a, b) => b.used - a.used)) {
    const mayShare = ({ lifetime, used }: Block) =>
      !overlaps(lifetime, block.lifetime) && (!byRows || used === block.used);
    const offset = lowestOffset(
      block.bytes,
      placed.filter((other) => !mayShare(other.block)),
    );
    const next = placed.findIndex((other) => other.offset > offset);
    placed.splice(next < 0 ? placed.length : next, 0, { offset, end: offset + block.bytes, block });
    for (const id of block.storages) offsetOf.set(id, offset);
  }
  const offsets = new Map<ValueId, number>();
  for (const id of program.instructions.flatMap(({ outputs }) => outputs)) {
    const offset = offsetOf.get(live.storageOf(id));
    if (offset !== undefined) offsets.set(id, offset);
  }
  const arenaBytes = placed.reduce((most, { end }) => Math.max(most, end), 0);
  return { arenaBytes, offsets, statesInPlace: live.statesInPlace };
}

const overlaps = (a: Lifetime, b: Lifetime): boolean => a.from <= b.to && b.from <= a.to;

/** Bytes up to where the next value may start. */
export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** The blocks that the arena must hold, in the order in which they are first written. */
function findBlocks(program: Program, live: Liveness): Block[] {
  const outside = new Set([...live.statesInPlace].map((slot) => live.storageOf(program.state[slot]!.output)));
  const blocks = new Map<ValueId, Block>();
  program.instructions.forEach((instruction, at) => {
    for (const id of instruction.outputs) {
      if (live.storageOf(id) !== id || outside.has(id)) continue;
      const used = bytesOf(program.types.get(id)!);
      const lifetime = live.lifetimes.get(id)!;
      const reused = elementwiseInputs(instruction)
        .map((input) => blocks.get(live.storageOf(input)))
        .find((block) => block && canTakeOver(block, id));
      if (reused) {
        reused.storages.push(id);
        reused.lifetime = { from: reused.lifetime.from, to: lifetime.to };
        blocks.set(id, reused);
      } else {
        blocks.set(id, { bytes: aligned(used), used, storages: [id], lifetime });
      }
    }

    function canTakeOver(block: Block, id: ValueId): boolean {
      const storage = block.storages.at(-1)!;
      return (
        block.bytes === aligned(bytesOf(program.types.get(id)!)) &&
        block.lifetime.to === at &&
        !instruction.outputs.includes(storage) &&
        mayOverwrite(program, instruction, id, storage, live.storageOf)
      );
    }
  });
  return [...new Set(blocks.values())];
}

/** The lowest offset with room for so many bytes beside these, which are in the order of their offsets. */
function lowestOffset(bytes: number, taken: readonly Placement[]): number {
  let lowest = 0;
  for (const { offset, end } of taken) {
    if (end <= lowest) continue;
    if (lowest + bytes <= offset) break;
    lowest = end;
  }
  return lowest;
}
