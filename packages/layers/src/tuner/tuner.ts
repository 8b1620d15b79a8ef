import { ArgumentError, drawSeed, requireInteger, requireOneOf, requirePositiveInteger, StateError } from '@capas/core';
import type { Model } from '../models/model.ts';
import type { InputData } from '../training/data-adapter.ts';
import type { FitOptions } from '../training/fit.ts';
import { isGain } from '../training/history.ts';
import { HyperParameters } from './hyper-parameters.ts';
import type { Proposal, Search } from './proposal.ts';
import { resultsTable } from './results-table.ts';
import {
  type BuildModel,
  type FitArguments,
  type HyperModel,
  type Objective,
  type Outcome,
  runTrial,
  valuesKey,
} from './run-trial.ts';
import { type Trial, TrialStore } from './trial.ts';

/** Options of all tuners. */
export interface TunerConfig {
  readonly hypermodel: BuildModel | HyperModel;
  /** The log that is to be best, such as `'val_accuracy'`. Whether that is the largest is told by the name, if it is not said. */
  readonly objective: string | Objective;
  /** Makes the search repeatable: values, and for each model initial weights, order of the samples, dropout. @defaultValue a random one */
  readonly seed?: number | null;
  /** How often each set of values is trained; the score is the mean. @defaultValue 1 */
  readonly executionsPerTrial?: number;
  /** A folder, in Node, in which trials are kept: a search that is started again goes on. @defaultValue none: in memory */
  readonly directory?: string | null;
  /** Whether trials that are in the folder are deleted. @defaultValue `false` */
  readonly overwrite?: boolean;
}

/** How many failures in a row end a search. */
const MAX_FAILURES = 3;

/**
 * Searches the hyperparameters with which a model becomes best.
 *
 * @see KerasTuner, `keras_tuner/engine/tuner.py`
 */
export abstract class Tuner {
  /** The trials so far, in order. */
  readonly trials: Trial[] = [];
  readonly objective: Objective;
  readonly #who: string;
  readonly #config: TunerConfig;
  readonly #hypermodel: HyperModel;
  readonly #executions: number;
  readonly #own: Readonly<Record<string, number>>;
  readonly #store: TrialStore;

  /** @param own the options of the subclass with which trials of another search do not fit */
  constructor(who: string, config: TunerConfig, own: Readonly<Record<string, number>> = {}) {
    const { hypermodel, objective, seed, executionsPerTrial = 1, directory = null } = config;
    const parts = typeof hypermodel === 'function' ? { build: hypermodel } : hypermodel;
    if (typeof parts?.build !== 'function')
      throw new ArgumentError(who, 'hypermodel', 'a function from hyperparameters to a model', hypermodel);
    const name = typeof objective === 'string' ? objective : objective?.name;
    if (typeof name !== 'string' || name === '')
      throw new ArgumentError(who, 'objective', 'the name of a log', objective);
    const direction = typeof objective === 'string' ? (isGain(name) ? 'max' : 'min') : objective.direction;
    this.objective = { name, direction: requireOneOf(who, 'objective.direction', direction, ['min', 'max']) };
    if (seed != null) requireInteger(who, 'seed', seed);
    this.#who = who;
    this.#config = config;
    this.#hypermodel = parts;
    this.#executions = requirePositiveInteger(who, 'executionsPerTrial', executionsPerTrial);
    this.#own = own;
    this.#store = new TrialStore(directory);
  }

  /** What to try. */
  protected abstract proposals(seed: number): Search;

  /**
   * Searches. Data and options are those of `fit`; `verbose: 0` says nothing, 2 shows epochs too. A model that cannot be built or
   * trained is a failed trial; the third in a row ends the search with its error.
   */
  async search(x: InputData, y: InputData, options: FitOptions = {}): Promise<this> {
    const verbose = options.verbose ?? 1;
    const settings = { tuner: this.#who, ...this.objective, ...this.#own };
    const begun = { ...settings, seed: this.#config.seed ?? drawSeed() };
    const [{ seed, ...saved }, known] = await this.#store.open(begun, this.#config.overwrite ?? false);
    if (JSON.stringify(saved) !== JSON.stringify(settings)) {
      throw new StateError(
        `${this.#who}: '${this.#config.directory}' has another search, ${JSON.stringify(saved)}. Choose another \`directory\`, or \`overwrite: true\`.`,
      );
    }
    this.trials.length = 0;
    const proposals = this.proposals(seed as number);
    const runOptions = { ...options, verbose: verbose === 2 ? (2 as const) : (0 as const) };
    let failures = 0;
    let step = proposals.next();
    for (let id = 0; !step.done; id++) {
      const kept = known.find((other) => other.id === id);
      const outcome = kept ? { trial: kept } : await this.#run(id, step.value, seed as number, [x, y, runOptions]);
      const trial = outcome?.trial;
      if (outcome && trial !== kept) await this.#store.save(outcome.trial, outcome.weights);
      if (trial) this.trials.push(trial);
      if (trial && trial !== kept && verbose !== 0) console.log(resultsTable(this.objective.name, [trial]).at(-1));
      failures = trial?.status === 'failed' ? failures + 1 : 0;
      if (failures === MAX_FAILURES && outcome && 'error' in outcome) throw outcome.error;
      step = proposals.next(trial);
    }
    return this;
  }

  /** The best trials, the best first; those without a score are left out. */
  getBestTrials(numTrials = 1): Trial[] {
    return this.ranked(this.trials).slice(0, numTrials);
  }

  /** The hyperparameters of the best trials, with which `hypermodel` builds their models. */
  getBestHyperparameters(numTrials = 1): HyperParameters[] {
    return this.getBestTrials(numTrials).map(({ values }) => new HyperParameters(values));
  }

  /** The best models, with the weights of the best epoch of their first execution. */
  async getBestModels(numModels = 1): Promise<Model[]> {
    const models: Model[] = [];
    for (const { id, values } of this.getBestTrials(numModels)) {
      const model = await this.#hypermodel.build(new HyperParameters(values));
      await model.loadWeights(this.#store.weights(id));
      models.push(model);
    }
    return models;
  }

  /** Prints the best trials as a table. */
  resultsSummary({
    numTrials = 10,
    print = console.log,
  }: {
    numTrials?: number;
    print?: (text: string) => void;
  } = {}): void {
    print(resultsTable(this.objective.name, this.getBestTrials(numTrials)).join('\n'));
  }

  /** Those with a score, the best first, of equal ones the earlier. */
  protected ranked(trials: readonly Trial[]): Trial[] {
    const sign = this.objective.direction === 'max' ? -1 : 1;
    return trials.filter(({ score }) => score !== null).sort((a, b) => sign * (a.score! - b.score!) || a.id - b.id);
  }

  /** A trial, or nothing where all values that were drawn have been tried. */
  async #run(id: number, proposal: Proposal, seed: number, data: FitArguments): Promise<Outcome | undefined> {
    const tried = new Set(this.trials.map(({ values }) => valuesKey(values)));
    const from = proposal.from === undefined ? undefined : this.#store.weights(proposal.from);
    return await runTrial({
      id,
      proposal,
      data,
      hypermodel: this.#hypermodel,
      objective: this.objective,
      executions: this.#executions,
      ...(this.#config.seed != null && { seed }),
      ...(from && { from }),
      ...(proposal.isNew && { tried }),
    });
  }
}
