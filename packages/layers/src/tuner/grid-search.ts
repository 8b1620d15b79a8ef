import { requirePositiveInteger } from '@capas/core';
import type { Search } from './proposal.ts';
import { Tuner, type TunerConfig } from './tuner.ts';

/** Options of {@link GridSearch}. */
export interface GridSearchConfig extends TunerConfig {
  /** @defaultValue as many as there are */
  readonly maxTrials?: number | null;
}

/**
 * Tries all combinations, the hyperparameter asked for last changing fastest. Of a range without steps it takes ten values.
 *
 * @see KerasTuner, `keras_tuner/tuners/gridsearch.py`
 */
export class GridSearch extends Tuner {
  readonly #maxTrials: number;

  constructor(config: GridSearchConfig) {
    super('GridSearch', config);
    const { maxTrials } = config;
    this.#maxTrials = maxTrials == null ? Infinity : requirePositiveInteger('GridSearch', 'maxTrials', maxTrials);
  }

  /** As an odometer, whose later wheels may be others at each turn of an earlier one. */
  protected override *proposals(): Search {
    let places: readonly number[] = [];
    for (let i = 0; i < this.#maxTrials; i++) {
      const now = places;
      const { grid = [] } =
        (yield { choose: () => (_, domain, index) => domain.grid[now[index] ?? 0]!, isNew: false }) ?? {};
      const wheel = grid.findLastIndex(([count, index]) => index + 1 < count);
      if (wheel < 0) return;
      places = grid.slice(0, wheel + 1).map(([, index], at) => (at === wheel ? index + 1 : index));
    }
  }
}

/** Short for `new GridSearch(config)`. */
export const gridSearch = (config: GridSearchConfig): GridSearch => new GridSearch(config);
