import { shuffledIndices } from '@capas/core';

/** Where the next batches lie among the samples. */
export interface BatchPlace {
  readonly start: number;
  /** How many samples there are from `start` to the end of the round. */
  readonly left: number;
  /** The order of the samples in this round; the same object during all of it. `undefined`: as they lie. */
  readonly order: Int32Array | undefined;
}

/** Where a {@link BatchOrder} stands, as plain data. */
export interface BatchOrderState {
  readonly seed: number | undefined;
  readonly round: number;
  readonly next: number;
}

/**
 * Goes over samples in rounds, in a new order each time where there is a seed. A round that is not finished goes on, unless
 * `startRound` starts the next.
 */
export class BatchOrder {
  readonly #length: number;
  #seed: number | undefined;
  #order: Int32Array | undefined;
  #round = 0;
  #next: number;

  constructor(length: number, seed?: number) {
    this.#length = length;
    this.#seed = seed;
    this.#next = length;
  }

  /** Where it stands; another order of as many samples can go on from there. */
  get state(): BatchOrderState {
    return { seed: this.#seed, round: this.#round, next: this.#next };
  }

  set state({ seed, round, next }: BatchOrderState) {
    this.#seed = seed;
    this.#round = Math.max(0, round - 1);
    if (round > 0) this.startRound();
    this.#next = next;
  }

  startRound(): void {
    if (this.#seed !== undefined) this.#order = shuffledIndices(this.#length, this.#seed, this.#round);
    this.#round++;
    this.#next = 0;
  }

  /** Where the next batch starts; after the last one a new round. */
  place(): BatchPlace {
    if (this.#next >= this.#length) this.startRound();
    return { start: this.#next, left: this.#length - this.#next, order: this.#order };
  }

  /** So many samples were seen. */
  moveOn(samples: number): void {
    this.#next += samples;
  }
}
