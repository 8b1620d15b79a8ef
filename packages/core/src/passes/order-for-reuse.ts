import { bytesOf } from '../program/primitive.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';
import { isView, type Liveness, liveness } from './liveness.ts';
import type { Pass } from './pass.ts';
import { planMemory } from './plan-memory.ts';

/**
 * Puts the instructions in an order that needs less memory; the instructions themselves stay as they are.
 *
 * Three orders are tried, and the one with the smallest arena is taken, if it beats the given one. In all of them the old value
 * of a state is read before the new one is made, where that is possible: then the new value is written over the old one.
 * 1. Else as given.
 * 2. From the first to the last: next comes what takes least and frees most.
 * 3. From the last to the first: before it comes what makes most and needs least. So values are made when they are needed.
 */
export const orderForReuse: Pass = {
  name: 'order-for-reuse',
  run(program) {
    const graph = new Graph(program);
    let best = program;
    let bestBytes = planMemory(program).arenaBytes;
    for (const order of [graph.given(), graph.forwards(), graph.backwards()]) {
      const candidate = { ...program, instructions: order.map((at) => program.instructions[at]!) };
      const { arenaBytes } = planMemory(candidate);
      if (arenaBytes < bestBytes) [best, bestBytes] = [candidate, arenaBytes];
    }
    // A better order may lead to one that is better still.
    return best === program ? program : orderForReuse.run(best);
  },
};

/** Which instruction must come after which. Instructions are named by their place in the program. */
class Graph {
  readonly #program: Program;
  readonly #live: Liveness;
  /** The storages in the arena that each instruction reads. */
  readonly #reads: readonly (readonly ValueId[])[];
  readonly #after: Set<number>[];
  readonly #before: Set<number>[];

  constructor(program: Program) {
    this.#program = program;
    this.#live = liveness(program);
    this.#reads = program.instructions.map(({ inputs }) => {
      const storages = [...new Set(inputs.map(this.#live.storageOf))];
      return storages.filter((id) => this.#live.lifetimes.get(id)!.from >= 0);
    });
    this.#after = program.instructions.map(() => new Set());
    this.#before = program.instructions.map(() => new Set());
    this.#followValues();
    this.#readStatesFirst();
  }

  #require(first: number, second: number): void {
    this.#after[first]!.add(second);
    this.#before[second]!.add(first);
  }

  #followValues(): void {
    const madeAt = new Map<ValueId, number>();
    this.#program.instructions.forEach(({ inputs, outputs }, at) => {
      for (const id of inputs) if (madeAt.has(id)) this.#require(madeAt.get(id)!, at);
      for (const id of outputs) madeAt.set(id, at);
    });
  }

  /** Readers of an old state come before the instruction that makes the new one, unless they need what it makes. */
  #readStatesFirst(): void {
    const { instructions, state } = this.#program;
    const { storageOf, lifetimes } = this.#live;
    for (const { input, output } of state) {
      const writer = lifetimes.get(storageOf(output))!.from;
      if (output === input || writer < 0) continue;
      const readers = instructions.flatMap((instruction, at) => (reads(instruction, input, storageOf) ? [at] : []));
      for (const at of readers) if (at !== writer && !this.#reaches(writer, at)) this.#require(at, writer);
    }
  }

  #reaches(first: number, second: number): boolean {
    const seen = new Set([first]);
    for (const at of seen) {
      if (at === second) return true;
      for (const next of this.#after[at]!) seen.add(next);
    }
    return false;
  }

  /** The order of the program, but for the reads of states. */
  given(): number[] {
    return listSchedule(this.#before, this.#after, (a, b) => a < b);
  }

  forwards(): number[] {
    const left = this.#countReaders();
    const growth = (at: number): number => {
      const freed = this.#reads[at]!.filter((id) => left.get(id) === 1);
      return this.#bytesMade(at) - this.#bytes(freed);
    };
    const isBefore = (a: number, b: number): boolean => growth(a) < growth(b) || (growth(a) === growth(b) && a < b);
    return listSchedule(this.#before, this.#after, isBefore, (at) => {
      for (const id of this.#reads[at]!) left.set(id, left.get(id)! - 1);
    });
  }

  backwards(): number[] {
    const needed = new Set(this.#kept());
    const growth = (at: number): number => {
      const begun = this.#reads[at]!.filter((id) => !needed.has(id));
      return this.#bytes(begun) - this.#bytesMade(at);
    };
    const isBefore = (a: number, b: number): boolean => growth(a) < growth(b) || (growth(a) === growth(b) && a > b);
    const order = listSchedule(this.#after, this.#before, isBefore, (at) => {
      for (const id of this.#reads[at]!) needed.add(id);
    });
    return order.reverse();
  }

  #bytesMade(at: number): number {
    const instruction = this.#program.instructions[at]!;
    return isView(instruction) ? 0 : this.#bytes(instruction.outputs);
  }

  #bytes(ids: readonly ValueId[]): number {
    return ids.reduce((sum, id) => sum + bytesOf(this.#program.types.get(id)!), 0);
  }

  /** The storages of outputs and of new states. */
  #kept(): ValueId[] {
    const { outputs, state } = this.#program;
    return [...outputs, ...state.map(({ output }) => output)].map(this.#live.storageOf);
  }

  /** The readers of each storage; outputs and states are readers that come after all. */
  #countReaders(): Map<ValueId, number> {
    const counts = new Map<ValueId, number>();
    const reads = this.#reads.flat();
    for (const id of [...reads, ...this.#kept()]) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }
}

const reads = ({ inputs }: Instruction, storage: ValueId, storageOf: Liveness['storageOf']): boolean =>
  inputs.some((id) => storageOf(id) === storage);

/** All places, each after those that must come before it; of those that could be next, the first by `isBefore`. */
function listSchedule(
  before: readonly ReadonlySet<number>[],
  after: readonly ReadonlySet<number>[],
  isBefore: (a: number, b: number) => boolean,
  take: (at: number) => void = () => undefined,
): number[] {
  const missing = before.map(({ size }) => size);
  const ready = missing.flatMap((count, at) => (count === 0 ? [at] : []));
  const order: number[] = [];
  while (ready.length) {
    const next = ready.reduce((best, at) => (isBefore(at, best) ? at : best));
    ready.splice(ready.indexOf(next), 1);
    order.push(next);
    take(next);
    for (const at of after[next]!) {
      missing[at]! -= 1;
      if (missing[at] === 0) ready.push(at);
    }
  }
  return order;
}
