import { bytesOf } from '../program/primitive.ts';
import type { Instruction, Program, ValueId } from '../program/program.ts';
import { isView, type Liveness, liveness } from './liveness.ts';
import type { Pass } from './pass.ts';
import { planMemory } from './plan-memory.ts';

/**
 * Puts the instructions in an order that needs less memory; the instructions themselves stay as they are.
 *
 * Two orders are tried, and the one with the smallest arena is taken, if it beats the given one:
 * 1. the given order, but the old value of a state is read before the new one is made, where that is possible: then the new
 *    value is written over the old one;
 * 2. that, and always the instruction next that frees most and takes least.
 */
export const orderForReuse: Pass = {
  name: 'order-for-reuse',
  run(program) {
    const graph = new Graph(program);
    const orders = [graph.order(() => 0), graph.order((at) => graph.growth(at))];
    let best = program;
    let bestBytes = planMemory(program).arenaBytes;
    for (const order of orders) {
      const candidate = { ...program, instructions: order.map((at) => program.instructions[at]!) };
      const { arenaBytes } = planMemory(candidate);
      if (arenaBytes < bestBytes) [best, bestBytes] = [candidate, arenaBytes];
    }
    return best;
  },
};

/** Which instruction must come after which. Instructions are named by their place in the program. */
class Graph {
  readonly #program: Program;
  readonly #live: Liveness;
  readonly #after: Set<number>[];
  readonly #before: Set<number>[];
  readonly #readersLeft = new Map<ValueId, number>();

  constructor(program: Program) {
    this.#program = program;
    this.#live = liveness(program);
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

  /** All instructions in a legal order; of those that could come next, the one with the lowest cost, then the earliest. */
  order(costOf: (at: number) => number): number[] {
    this.#countReaders();
    const missing = this.#before.map((before) => before.size);
    const ready = missing.flatMap((count, at) => (count === 0 ? [at] : []));
    const order: number[] = [];
    while (ready.length) {
      const costs = ready.map(costOf);
      const best = ready.reduce(
        (b, at, i) => (costs[i]! < costs[b]! || (costs[i] === costs[b] && at < ready[b]!) ? i : b),
        0,
      );
      const [at] = ready.splice(best, 1);
      order.push(at!);
      this.#markRead(at!);
      for (const next of this.#after[at!]!) {
        missing[next]! -= 1;
        if (missing[next] === 0) ready.push(next);
      }
    }
    return order;
  }

  /** The bytes that an instruction takes, less those that it is the last to read. */
  growth(at: number): number {
    const instruction = this.#program.instructions[at]!;
    const { types } = this.#program;
    const taken = isView(instruction) ? 0 : instruction.outputs.reduce((sum, id) => sum + bytesOf(types.get(id)!), 0);
    const freed = this.#storagesRead(instruction).filter((id) => this.#readersLeft.get(id) === 1);
    return freed.reduce((sum, id) => sum - bytesOf(types.get(id)!), taken);
  }

  /** Counts the readers of each storage in the arena; outputs and states are readers that come after all. */
  #countReaders(): void {
    this.#readersLeft.clear();
    const { instructions, outputs, state } = this.#program;
    const kept = [...outputs, ...state.map(({ output }) => output)].map(this.#live.storageOf);
    for (const id of [...instructions.flatMap((instruction) => this.#storagesRead(instruction)), ...kept]) {
      this.#readersLeft.set(id, (this.#readersLeft.get(id) ?? 0) + 1);
    }
  }

  #markRead(at: number): void {
    for (const id of this.#storagesRead(this.#program.instructions[at]!)) {
      this.#readersLeft.set(id, this.#readersLeft.get(id)! - 1);
    }
  }

  /** The storages in the arena that an instruction reads. */
  #storagesRead({ inputs }: Instruction): ValueId[] {
    const storages = new Set(inputs.map(this.#live.storageOf));
    return [...storages].filter((id) => this.#live.lifetimes.get(id)!.from >= 0);
  }
}

const reads = ({ inputs }: Instruction, storage: ValueId, storageOf: Liveness['storageOf']): boolean =>
  inputs.some((id) => storageOf(id) === storage);
