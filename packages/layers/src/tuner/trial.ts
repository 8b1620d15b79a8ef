import { StateError, writeWhole } from '@capas/core';
import { nodeFiles } from '../saving/source.ts';
import type { HyperValue } from './domain.ts';

/** One set of hyperparameters that was tried. */
export interface Trial {
  /** Its number in the search, from 0. */
  readonly id: number;
  readonly values: Readonly<Record<string, HyperValue>>;
  readonly status: 'completed' | 'failed';
  /** The best value of the objective over the epochs, the mean over executions; `null` where there is none, or it is not finite. */
  readonly score: number | null;
  /** The epoch of the best value (from 0), in the first execution. */
  readonly bestEpoch: number | null;
  /** The epoch up to which it was trained. */
  readonly epochs: number;
  /** The logs of the best epoch, the mean over executions. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** What went wrong. */
  readonly message?: string;
  /** For each value the number of those it was chosen from in a grid, and which it is. */
  readonly grid: readonly (readonly [count: number, index: number])[];
}

/** What the trials of one search have in common. */
export type SearchSettings = Readonly<Record<string, HyperValue>>;

/** Keeps trials and the weights of their best epochs: in a folder in Node, or in memory. */
export class TrialStore {
  readonly #folder: string | null;
  readonly #weights = new Map<number, Uint8Array>();

  constructor(folder: string | null) {
    this.#folder = folder;
  }

  /** The settings and trials of a search that began in this folder; `settings` and none where none did. */
  async open(settings: SearchSettings, overwrite: boolean): Promise<[SearchSettings, Trial[]]> {
    if (this.#folder === null) return [settings, []];
    const fs = nodeFiles();
    if (!fs) throw new StateError('tuner: there are folders in Node only: leave `directory` out.');
    await fs.mkdir(this.#folder, { recursive: true });
    const names = (await fs.readdir(this.#folder)).filter((name) =>
      /^(search|trial_\d+)\.(json|weights\.h5)$/.test(name),
    );
    if (overwrite) for (const name of names) await fs.rm(`${this.#folder}/${name}`);
    if (overwrite || !names.includes('search.json')) {
      await writeWhole(`${this.#folder}/search.json`, JSON.stringify(settings, null, 2));
      return [settings, []];
    }
    const read = async (name: string): Promise<unknown> =>
      JSON.parse(await fs.readFile(`${this.#folder}/${name}`, 'utf8'));
    const trials = names.filter((name) => /^trial_\d+\.json$/.test(name)).map(read);
    const saved = (await Promise.all(trials)) as Trial[];
    return [(await read('search.json')) as SearchSettings, saved.sort((a, b) => a.id - b.id)];
  }

  /** The weights first: a trial that is there is there as a whole. */
  async save(trial: Trial, weights: Uint8Array | undefined): Promise<void> {
    if (this.#folder === null) {
      if (weights) this.#weights.set(trial.id, weights);
      return;
    }
    if (weights) await writeWhole(`${this.#path(trial.id)}.weights.h5`, weights);
    await writeWhole(`${this.#path(trial.id)}.json`, JSON.stringify(trial, null, 2));
  }

  /** Where the weights are. */
  weights(id: number): string | Uint8Array {
    return this.#weights.get(id) ?? `${this.#path(id)}.weights.h5`;
  }

  #path(id: number): string {
    return `${this.#folder}/trial_${String(id).padStart(4, '0')}`;
  }
}
