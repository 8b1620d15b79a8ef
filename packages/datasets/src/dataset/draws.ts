import { philoxBlock } from '@capas/core';

/**
 * Random integers, each a function of `seed`, `epoch` and its number: a shuffle can be begun anywhere, and is the same on every machine.
 */
export class Draws {
  readonly #seed: number;
  readonly #epoch: number;
  readonly #words: [number, number, number, number] = [0, 0, 0, 0];
  #drawn = 0;

  constructor(seed: number, epoch: number) {
    this.#seed = seed;
    this.#epoch = epoch;
  }

  /** The next integer from 0 to `bound - 1`. */
  below(bound: number): number {
    const place = this.#drawn++ % 4;
    // the last word of the counter keeps these draws apart from those of core's `random`
    if (place === 0) philoxBlock([Math.floor(this.#drawn / 4), 0, this.#epoch, 1], this.#seed, 0, this.#words);
    return Math.floor((this.#words[place]! / 4294967296) * bound);
  }
}
