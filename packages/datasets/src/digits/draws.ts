import { fillRandomBits } from '@capas/core';

const WORDS = 768;

/** The random numbers of one sample, a function of the seed and the sample's number alone. */
export class Draws {
  readonly #words: Uint32Array = new Uint32Array(WORDS);
  #next = 0;

  constructor(seed: number, sample: number) {
    fillRandomBits(this.#words, seed, sample);
  }

  /** A number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * (this.#words[this.#next++ % WORDS]! / 4294967296);
  }

  /**
   * A number near 0 with standard deviation `deviation`: a sum of four uniform ones, which needs no logarithm and so
   * gives the same bits on every engine.
   */
  around(deviation: number): number {
    let sum = -2;
    for (let i = 0; i < 4; i++) sum += this.between(0, 1);
    return sum * Math.sqrt(3) * deviation;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.between(0, items.length))]!;
  }

  /** An integer from 0 to 255 for each pixel, from the words' bytes: cheap and rough. */
  noise(pixel: number): number {
    return (this.#words[(pixel >> 2) % WORDS]! >>> (8 * (pixel & 3))) & 0xff;
  }
}
