import { requireInteger, requirePositiveInteger } from '@capas/core';
import { drawValues, type Search } from './proposal.ts';
import type { Trial } from './trial.ts';
import { Tuner, type TunerConfig } from './tuner.ts';

/** Options of {@link Hyperband}. */
export interface HyperbandConfig extends TunerConfig {
  /** The most epochs that a model is trained. @defaultValue 100 */
  readonly maxEpochs?: number;
  /** Of how many models one goes on, for so many times the epochs. @defaultValue 3 */
  readonly factor?: number;
  /** How often all is done. @defaultValue 1 */
  readonly hyperbandIterations?: number;
}

/**
 * Trains many models for a few epochs, and goes on with the best of them; in several brackets, from many and short to few and long.
 *
 * @see KerasTuner, `keras_tuner/tuners/hyperband.py`; Li et al., Hyperband, JMLR 18 (2018)
 */
export class Hyperband extends Tuner {
  readonly #maxEpochs: number;
  readonly #factor: number;
  readonly #iterations: number;

  constructor(config: HyperbandConfig) {
    const { maxEpochs = 100, factor = 3, hyperbandIterations = 1 } = config;
    super('Hyperband', config, { maxEpochs, factor });
    this.#maxEpochs = requirePositiveInteger('Hyperband', 'maxEpochs', maxEpochs);
    this.#factor = requireInteger('Hyperband', 'factor', factor, 2);
    this.#iterations = requirePositiveInteger('Hyperband', 'hyperbandIterations', hyperbandIterations);
  }

  protected override *proposals(seed: number): Search {
    const choose = drawValues(seed);
    for (let iteration = 0; iteration < this.#iterations; iteration++) {
      for (let bracket = this.#brackets - 1; bracket >= 0; bracket--) {
        let round: Trial[] = [];
        while (round.length < this.#size(bracket)) {
          const trial = yield { choose, isNew: true, epochs: this.#epochs(bracket), initialEpoch: 0 };
          if (!trial) break;
          round.push(trial);
        }
        for (let left = bracket - 1; left >= 0; left--) {
          const best = this.ranked(round).slice(0, this.#size(bracket, left));
          const range = { epochs: this.#epochs(left), initialEpoch: this.#epochs(left + 1) };
          round = [];
          for (const { id, values } of best) {
            const trial = yield { choose, isNew: false, values, from: id, ...range };
            if (trial) round.push(trial);
          }
        }
      }
    }
  }

  get #brackets(): number {
    let count = 0;
    for (let epochs = this.#maxEpochs; epochs >= 1; epochs /= this.#factor) count++;
    return count;
  }

  /** How many models are trained in a round of a bracket, after which so many rounds are left. */
  #size(bracket: number, left: number = bracket): number {
    const atEnd = Math.ceil(1 + Math.log(this.#maxEpochs) / Math.log(this.#factor)) / (bracket + 1);
    return Math.ceil(atEnd * this.#factor ** left);
  }

  #epochs(left: number): number {
    return Math.ceil(this.#maxEpochs / this.#factor ** left);
  }
}

/** Short for `new Hyperband(config)`. */
export const hyperband = (config: HyperbandConfig): Hyperband => new Hyperband(config);
