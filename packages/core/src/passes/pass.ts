import type { Program } from '../program/program.ts';

/** A better program that means the same: the same outputs and the same state after the step, for every input. */
export interface Pass {
  /** In words, with dashes: what it does. */
  readonly name: string;
  /** Whether sums come in another order, so that the last bits may differ: references leave it out. @defaultValue `false` */
  readonly reorders?: boolean;
  /** Primitives that no other pass makes: executors that lack them do without the pass. @defaultValue none */
  readonly makes?: readonly string[];
  /** The better program; the very same object where there is nothing to do. */
  run(program: Program): Program;
}
