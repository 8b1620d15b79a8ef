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

  constructor(seed?: number, name = 'seed_generator') {
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

/** The process-wide state of {@link setSeed}; the only mutable object of this module. */
const session: { seed: number | undefined; drawn: number; generator: SeedGenerator | undefined } = {
  seed: undefined,
  drawn: 0,
  generator: undefined,
};
