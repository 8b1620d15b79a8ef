import { setSeed, UnknownNameError } from '@capas/core';
import { EarlyStopping } from '../callbacks/early-stopping.ts';
import { disposeBuilt } from '../models/dispose-built.ts';
import type { Model } from '../models/model.ts';
import type { FileSource } from '../saving/source.ts';
import type { InputData } from '../training/data-adapter.ts';
import type { FitOptions } from '../training/fit.ts';
import type { History } from '../training/history.ts';
import { HyperParameters } from './hyper-parameters.ts';
import type { Proposal } from './proposal.ts';
import type { Trial } from './trial.ts';

/** What builds a model and compiles it. */
export type BuildModel = (hp: HyperParameters) => Model | Promise<Model>;

/** What builds a model, and trains it where options of `fit` are searched too. */
export interface HyperModel {
  readonly build: BuildModel;
  /** By default `model.fit(x, y, options)`. */
  readonly fit?: (hp: HyperParameters, model: Model, ...data: FitArguments) => Promise<History>;
}

/** What `fit` of a model is called with. */
export type FitArguments = readonly [x: InputData, y: InputData, options: FitOptions];

/** A log, and whether it is to be small or large. */
export interface Objective {
  readonly name: string;
  readonly direction: 'min' | 'max';
}

interface TrialRun {
  readonly id: number;
  readonly proposal: Proposal;
  readonly data: FitArguments;
  readonly hypermodel: HyperModel;
  readonly objective: Objective;
  readonly executions: number;
  readonly seed?: number;
  /** The weights to begin with. */
  readonly from?: FileSource;
  /** Values that are not tried again, by their key. */
  readonly tried?: ReadonlySet<string>;
}

/** A trial, with the weights of its best epoch or what went wrong. */
export interface Outcome {
  readonly trial: Trial;
  readonly weights?: Uint8Array;
  readonly error?: unknown;
}

/** How many sets of values that were tried before are drawn until no new ones are thought to be left. */
const MAX_COLLISIONS = 20;

/** Values as text that is the same for the same values. */
export const valuesKey = (values: HyperParameters['values']): string => JSON.stringify(Object.entries(values).sort());

/**
 * Builds and trains a model, as often as was asked for.
 *
 * @returns nothing where no values were found that are new
 * @throws UnknownNameError where the objective is not among the logs; what aborts training
 */
export async function runTrial(run: TrialRun): Promise<Outcome | undefined> {
  const { id, proposal, objective, executions, data } = run;
  const start = performance.now();
  const epochs = proposal.epochs ?? data[2].epochs ?? 1;
  const best: Best[] = [];
  let hp = new HyperParameters();
  let weights: Uint8Array | undefined;
  let error: unknown;
  try {
    for (let execution = 0; execution < executions; execution++) {
      if (run.seed !== undefined) setSeed((run.seed + id * executions + execution) | 0);
      const again = execution > 0 && new HyperParameters(hp.values);
      let model: Model | undefined;
      try {
        for (let attempt = 0; !model; attempt++) {
          if (attempt === MAX_COLLISIONS) return undefined;
          if (!again) hp = new HyperParameters(proposal.values, proposal.choose(id * 32 + attempt));
          model = await run.hypermodel.build(again || hp);
          if (again || !run.tried?.has(valuesKey(hp.values))) break;
          disposeBuilt(model);
          model = undefined;
        }
        const history = await train(run, again || hp, model!);
        best.push(bestOf(history, objective));
        const write = async (bytes: Uint8Array): Promise<void> => {
          weights = bytes;
        };
        if (!again) await model!.saveWeights({ write });
      } finally {
        if (model) disposeBuilt(model);
      }
    }
  } catch (caught) {
    if (data[2].signal?.aborted || caught instanceof UnknownNameError) throw caught;
    error = caught;
  }
  const trial: Trial = {
    id,
    values: hp.values,
    status: error === undefined ? 'completed' : 'failed',
    ...summaryOf(error === undefined ? best : []),
    epochs,
    seconds: (performance.now() - start) / 1000,
    ...(error !== undefined && { message: String((error as Error)?.message ?? error) }),
    grid: Object.entries(hp.domains).map(([name, { grid }]) => [grid.length, grid.indexOf(hp.values[name]!)]),
  };
  return { trial, ...(weights && !error && { weights }), error };
}

/** Trains a model, which has the weights of its best epoch at the end. */
async function train(run: TrialRun, hp: HyperParameters, model: Model): Promise<History> {
  const { proposal, objective, hypermodel, from, data } = run;
  if (from) await model.loadWeights(from);
  const [x, y, given] = data;
  const { name: monitor, direction: mode } = objective;
  const patience = Number.MAX_SAFE_INTEGER;
  const options: FitOptions = {
    ...given,
    ...(proposal.epochs !== undefined && { epochs: proposal.epochs }),
    ...(proposal.initialEpoch !== undefined && { initialEpoch: proposal.initialEpoch }),
    callbacks: [
      ...[given.callbacks ?? []].flat(),
      new EarlyStopping({ monitor, mode, patience, restoreBestWeights: true }),
    ],
  };
  return hypermodel.fit ? await hypermodel.fit(hp, model, x, y, options) : await model.fit(x, y, options);
}

interface Best {
  readonly score: number;
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The epoch with the best value; NaN where all are not finite. */
function bestOf({ history, epoch }: History, { name, direction }: Objective): Best {
  const values = history[name];
  if (!values) throw new UnknownNameError('objective', name, Object.keys(history));
  const sign = direction === 'max' ? 1 : -1;
  let at = 0;
  values.forEach((value, i) => {
    if (Number.isFinite(value) && !(sign * value <= sign * values[at]!)) at = i;
  });
  const metrics = Object.entries(history).map(([log, all]) => [log, all[at]!] as const);
  return { score: values[at]!, epoch: epoch[at]!, metrics: Object.fromEntries(metrics) };
}

function summaryOf(best: readonly Best[]): Pick<Trial, 'score' | 'bestEpoch' | 'metrics'> {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const score = mean(best.map((one) => one.score));
  const names = Object.keys(best[0]?.metrics ?? {});
  return {
    score: Number.isFinite(score) ? score : null,
    bestEpoch: best[0]?.epoch ?? null,
    metrics: Object.fromEntries(names.map((name) => [name, mean(best.map(({ metrics }) => metrics[name]!))])),
  };
}
