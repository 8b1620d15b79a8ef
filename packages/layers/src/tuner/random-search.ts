import { requirePositiveInteger } from '@capas/core';
import { drawValues, type Search } from './proposal.ts';
import { Tuner, type TunerConfig } from './tuner.ts';

/** Options of {@link RandomSearch}. */
export interface RandomSearchConfig extends TunerConfig {
  /** How many sets of values are tried, if there are that many. @defaultValue 10 */
  readonly maxTrials?: number;
}

/**
 * Tries values at random, none twice.
 *
 * @see KerasTuner, `keras_tuner/tuners/randomsearch.py`
 */
export class RandomSearch extends Tuner {
  readonly #maxTrials: number;

  constructor(config: RandomSearchConfig) {
    super('RandomSearch', config);
    this.#maxTrials = requirePositiveInteger('RandomSearch', 'maxTrials', config.maxTrials ?? 10);
  }

  protected override *proposals(seed: number): Search {
    const choose = drawValues(seed);
    for (let i = 0; i < this.#maxTrials; i++) if (!(yield { choose, isNew: true })) return;
  }
}

/** Short for `new RandomSearch(config)`. */
export const randomSearch = (config: RandomSearchConfig): RandomSearch => new RandomSearch(config);
