import * as tf from '@tensorflow/tfjs-core';
import { requireInteger } from '../check.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Variable } from '../tensor/variable.ts';
import { fillRandomBits } from './philox.ts';

/**
 * A stream of seeds. Its state `[seed, counter]` is an int32 Variable, so it is saved with a model and advances inside
 * a compiled step.
 *
 * @see Keras 3, `keras/src/random/seed_generator.py`
 * @example
 * const seeds = new SeedGenerator(42);
 * random.uniform([2, 3], { seed: seeds }); // another draw each time, the same sequence in each run
 */
export class SeedGenerator {
  readonly initialSeed: number;
  readonly state: Variable;
  readonly #number: number;

  constructor(seed?: number, name = 'seed_generator') {
    this.#number = session.made++;
    living.set(this.#number, new WeakRef(this));
    if (this.#number % 256 === 0) forgetTheDead();
    this.initialSeed = seed === undefined ? drawSeed() : requireInteger('SeedGenerator', 'seed', seed);
    this.state = new Variable({
      name: `${name}_state`,
      shape: [2],
      dtype: 'int32',
      trainable: false,
      kind: 'rng',
      initializer: () => tf.tensor1d([this.initialSeed | 0, 0], 'int32'),
    });
  }

  /** The state to draw the next random tensor from, int32 `[2]`; moves the counter on by one. */
  next(): Tensor {
    return scope(() => {
      const current = this.state.value.clone();
      this.state.assign(tf.add(current, tf.tensor1d([0, 1], 'int32')));
      return current;
    });
  }

  /** Frees the state. */
  dispose(): void {
    living.delete(this.#number);
    this.state.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Makes everything random repeatable: initial weights, shuffling, dropout, and every random op without a seed of its own.
 * Call it before the model is built.
 */
export function setSeed(seed: number): void {
  requireInteger('setSeed', 'seed', seed);
  session.seed = seed | 0;
  session.drawn = 0;
  session.generator?.dispose();
  session.generator = undefined;
}

/** The next seed of the process-wide sequence that {@link setSeed} starts: a 31-bit integer. */
export function drawSeed(): number {
  session.seed ??= Math.floor(Math.random() * 0x7fffffff);
  const word = new Uint32Array(1);
  fillRandomBits(word, session.seed, session.drawn++);
  return word[0]! >>> 1;
}

/** The generator of random ops that were given no seed. */
export function defaultSeedGenerator(): SeedGenerator {
  session.generator ??= new SeedGenerator(undefined, 'global_seed_generator');
  return session.generator;
}

/** Everything in the process that random numbers come from, as plain data: to go on with a run in another process. */
export interface RandomState {
  readonly seed: number | undefined;
  readonly drawn: number;
  /** The state of each seed generator that is alive, by its number in the order in which they were made. */
  readonly generators: Readonly<Record<number, readonly [seed: number, counter: number]>>;
}

/** The state of all random numbers. A program that makes the same seed generators in the same order can take it over. */
export async function randomState(): Promise<RandomState> {
  const entries = [...living].flatMap(([number, reference]) => {
    const generator = reference.deref();
    return generator && !generator.state.isDisposed ? [[number, generator] as const] : [];
  });
  const states = entries.map(async ([number, { state }]) => {
    const [seed = 0, counter = 0] = await state.value.data();
    return [number, [seed, counter]] as const;
  });
  return { seed: session.seed, drawn: session.drawn, generators: Object.fromEntries(await Promise.all(states)) };
}

/** Sets the state of all random numbers; generators that are not there any more are left out. */
export function restoreRandomState({ seed, drawn, generators }: RandomState): void {
  session.seed = seed;
  session.drawn = drawn;
  for (const [number, state] of Object.entries(generators)) {
    const generator = living.get(Number(number))?.deref();
    if (generator && !generator.state.isDisposed) scope(() => generator.state.assign(tf.tensor1d([...state], 'int32')));
  }
}

/** The generators by their numbers; weakly, since nobody has to dispose of them. */
const living = new Map<number, WeakRef<SeedGenerator>>();

function forgetTheDead(): void {
  for (const [number, reference] of living) if (!reference.deref()) living.delete(number);
}

/** The process-wide state of {@link setSeed}, and how many generators were made. */
const session: { seed: number | undefined; drawn: number; generator: SeedGenerator | undefined; made: number } = {
  seed: undefined,
  drawn: 0,
  generator: undefined,
  made: 0,
};
