import { ArgumentError, drawSeed, noticeOnce, ready, requireInteger, requireNumber } from '@capas/core';
import { type CallbackArgument, CallbackList } from '../callbacks/callback-list.ts';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import type { Model } from '../models/model.ts';
import type { BatchStream } from './batch-stream.ts';
import type { InputData, WeightingOptions } from './data-adapter.ts';
import { runEvaluation } from './evaluate.ts';
import { FitProfiler } from './fit-profiler.ts';
import { runnersOf } from './fit-runners.ts';
import { History } from './history.ts';
import { type OptionNames, requireKnownOptions } from './known-options.ts';
import { type Logs, prefixed } from './logs.ts';
import { NanWatch } from './nan-watch.ts';
import { Pacer } from './pacer.ts';
import { epochLogs, stepLogs } from './step-logs.ts';
import { resetMetrics } from './steps.ts';
import { TrainingRun } from './training-run.ts';

/** Options of `Model.fit`. */
export interface FitOptions extends WeightingOptions {
  /** Samples per gradient update. @defaultValue 32 */
  readonly batchSize?: number | undefined;
  /** The number of times to go over the data; training ends when this epoch is reached. @defaultValue 1 */
  readonly epochs?: number;
  /** The epoch to start from, to go on with a run. @defaultValue 0 */
  readonly initialEpoch?: number;
  /** Whether to draw a new order of the samples for each epoch; not of streams, whose batches are taken as they come. @defaultValue `true` */
  readonly shuffle?: boolean;
  /** Batches per epoch; the next one goes on from there. @defaultValue as many as it takes to see all samples once */
  readonly stepsPerEpoch?: number | undefined;
  /** Called at the start and end of epochs and batches. */
  readonly callbacks?: CallbackArgument;
  /** 0: silent; 1 and `'auto'`: a progress bar on a terminal, else a line per epoch; 2: a line per epoch. @defaultValue `'auto'` */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  /** The share of the samples, from the end, that is not trained on but evaluated after each epoch. */
  readonly validationSplit?: number | undefined;
  /** Samples that are evaluated after each epoch: `[x, y]`, `[x, y, sampleWeight]`, or a stream of batches. */
  readonly validationData?: ValidationData | undefined;
  /** The batch size of the validation. @defaultValue `batchSize` */
  readonly validationBatchSize?: number | undefined;
  /** Batches per validation. @defaultValue all */
  readonly validationSteps?: number | undefined;
  /** How many epochs there are from one validation to the next, or the epochs, counted from 1, after which there is one. @defaultValue 1 */
  readonly validationFreq?: number | readonly number[] | undefined;
  /** Ends training at the next batch; `fit` then rejects with the signal's reason. The weights stay as they are. */
  readonly signal?: AbortSignal;
}

/** Data for validation. */
export type ValidationData = readonly [x: InputData, y: InputData | null, sampleWeight?: InputData] | BatchStream;

/** Options with which the history has `val_` logs. */
export type ValidatedFitOptions = FitOptions &
  ({ readonly validationSplit: number } | { readonly validationData: ValidationData });

/** Trains a model. See `Model.fit`. */
export async function fit(
  model: Model,
  x: InputData | BatchStream,
  y: InputData | null | undefined,
  options: FitOptions,
): Promise<History> {
  const plan = planOf(options);
  const { compilation } = model;
  await ready();
  options.signal?.throwIfAborted();
  const profiler = FitProfiler.wanted(model);
  const { train, validation } = runnersOf(model, x, y, { options, plan, profiler });
  const { signal, stepsPerEpoch } = options;
  const { stepsPerExecution: atOnce } = compilation;
  const history = new History();
  const callbacks = new CallbackList(options.callbacks, [
    ...(plan.verbose ? [new ProgbarLogger(plan.verbose)] : []),
    history,
    new NanWatch(),
  ]);
  const run = new TrainingRun(model, train, callbacks.callbacks, plan.initialEpoch);
  const tell = (): void =>
    callbacks.setParams({
      epochs: plan.epochs,
      steps: stepsPerEpoch ?? train.steps ?? Number.POSITIVE_INFINITY,
      batchSize: plan.batchSize,
      samples: train.samples ?? Number.NaN,
      verbose: plan.verbose,
    });
  const pacer = new Pacer(signal);
  model.stopTraining = false;
  try {
    await train.prepare();
    if (train.samples !== undefined && (options.shuffle ?? true)) train.state = { ...train.state, seed: drawSeed() };
    await validation?.prepare();
    callbacks.setModel(model);
    tell();
    callbacks.setRun(run);
    await callbacks.call('onTrainBegin');
    if (!run.isInMidEpoch) await run.takeOver();
    let logs: Logs = {};
    const end = stepsPerEpoch ?? (train.samples === undefined ? Number.POSITIVE_INFINITY : train.steps!);
    for (let { epoch } = run; epoch < plan.epochs && !model.stopTraining; epoch++) {
      let step = run.batch;
      if (step > 0) {
        await callbacks.call('onEpochBegin', epoch);
        await run.takeOver();
      } else {
        // with `stepsPerEpoch` an epoch goes on where the last one ended
        if (!(await train.startEpoch(stepsPerEpoch !== undefined))) {
          sayWhereDataEnded(model, epoch);
          break;
        }
        resetMetrics(model);
        await callbacks.call('onEpochBegin', epoch);
      }
      while (step < end && !model.stopTraining && (await train.hasNext())) {
        if (callbacks.watchesBatches) await callbacks.call('onTrainBatchBegin', step);
        step += await (callbacks.watchesBatches ? train.run(Math.min(atOnce, end - step)) : train.advance(end - step));
        run.batch = step;
        if (callbacks.watchesBatches) await callbacks.call('onTrainBatchEnd', step - 1, await stepLogs(model, 'train'));
        pacer.requireNotAborted();
        if (pacer.isDue()) {
          if (callbacks.watchesProgress) await callbacks.call('onProgress', step - 1, await stepLogs(model, 'train'));
          await pacer.pause();
        }
      }
      if (train.samples === undefined) tell(); // now it is known how many steps there are
      logs = await epochLogs(model, 'train');
      if (validation && isValidated(epoch, plan.validationFreq)) {
        const found = await runEvaluation(model, validation, { steps: options.validationSteps, callbacks, signal });
        logs = { ...logs, ...prefixed('val_', found) };
      }
      run.epoch = epoch + 1;
      run.batch = 0;
      await callbacks.call('onEpochEnd', epoch, logs);
      pacer.requireNotAborted();
    }
    compilation.trainable.run(() => compilation.optimizer.finalizeVariableValues(model.trainableWeights));
    await callbacks.call('onTrainEnd', logs);
  } finally {
    callbacks.release();
    train.dispose();
    validation?.dispose();
    await profiler?.finish();
  }
  return history;
}

/** Whether there is a validation after an epoch, counted from 0. */
const isValidated = (epoch: number, frequency: Plan['validationFreq']): boolean =>
  typeof frequency === 'number' ? (epoch + 1) % frequency === 0 : frequency.includes(epoch + 1);

/** @throws ArgumentError if there were no data at all */
function sayWhereDataEnded(model: Model, epoch: number): void {
  if (epoch === 0) throw new ArgumentError('fit', 'x', 'a stream of one batch or more', 'none');
  noticeOnce(
    `fit: the data of model '${model.name}' ended, so training ends after ${epoch} epochs. A generator can be gone over once: pass the function that makes it, or \`stepsPerEpoch\`.`,
  );
}

/** The options with their defaults. */
export interface Plan {
  readonly batchSize: number;
  readonly validationBatchSize: number;
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly validationFreq: number | readonly number[];
  readonly verbose: 0 | 1 | 2;
}

const optionNames: OptionNames<FitOptions> = {
  batchSize: true,
  epochs: true,
  initialEpoch: true,
  shuffle: true,
  stepsPerEpoch: true,
  callbacks: true,
  verbose: true,
  validationSplit: true,
  validationData: true,
  validationBatchSize: true,
  validationSteps: true,
  validationFreq: true,
  sampleWeight: true,
  classWeight: true,
  signal: true,
};

function planOf(options: FitOptions): Plan {
  requireKnownOptions('fit', options, optionNames);
  const batchSize = requireInteger('fit', 'batchSize', options.batchSize ?? 32, 1, 'a positive integer');
  if (options.validationSplit !== undefined) requireNumber('fit', 'validationSplit', options.validationSplit, 0, 1);
  if (options.stepsPerEpoch !== undefined)
    requireInteger('fit', 'stepsPerEpoch', options.stepsPerEpoch, 1, 'a positive integer');
  if (options.validationSteps !== undefined)
    requireInteger('fit', 'validationSteps', options.validationSteps, 1, 'a positive integer');
  return {
    validationFreq: requireFrequency(options.validationFreq),
    batchSize,
    verbose: shownVerbose('fit', options.verbose),
    epochs: requireInteger('fit', 'epochs', options.epochs ?? 1, 1, 'a positive integer'),
    initialEpoch: requireInteger('fit', 'initialEpoch', options.initialEpoch ?? 0, 0),
    validationBatchSize: requireInteger(
      'fit',
      'validationBatchSize',
      options.validationBatchSize ?? batchSize,
      1,
      'a positive integer',
    ),
  };
}

function requireFrequency(frequency: FitOptions['validationFreq'] = 1): number | readonly number[] {
  const numbers: readonly unknown[] = Array.isArray(frequency) ? frequency : [frequency];
  if (numbers.every((number) => Number.isInteger(number) && (number as number) > 0)) return frequency;
  throw new ArgumentError('fit', 'validationFreq', 'a positive integer, or a list of them: epochs', frequency);
}
