import { ArgumentError, drawSeed, ready, requireInteger, requireNumber } from '@capas/core';
import { type CallbackArgument, CallbackList } from '../callbacks/callback-list.ts';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import type { Model } from '../models/model.ts';
import { BatchOrder } from './batch-order.ts';
import { BatchRunner } from './batch-runner.ts';
import { checkLabels } from './check-labels.ts';
import { type DataSource, type InputData, toSource, type WeightingOptions } from './data-adapter.ts';
import { evaluationOf } from './evaluate.ts';
import { FitProfiler } from './fit-profiler.ts';
import { History } from './history.ts';
import { type OptionNames, requireKnownOptions } from './known-options.ts';
import { type Logs, prefixed } from './logs.ts';
import { NanWatch } from './nan-watch.ts';
import { Pacer } from './pacer.ts';
import { logsOf, resetMetrics } from './steps.ts';
import { TrainingRun } from './training-run.ts';

/** Options of `Model.fit`. */
export interface FitOptions extends WeightingOptions {
  /** Samples per gradient update. @defaultValue 32 */
  readonly batchSize?: number;
  /** The number of times to go over the data; training ends when this epoch is reached. @defaultValue 1 */
  readonly epochs?: number;
  /** The epoch to start from, to go on with a run. @defaultValue 0 */
  readonly initialEpoch?: number;
  /** Whether to draw a new order of the samples for each epoch. @defaultValue `true` */
  readonly shuffle?: boolean;
  /** Batches per epoch. @defaultValue as many as it takes to see all samples once */
  readonly stepsPerEpoch?: number;
  /** Called at the start and end of epochs and batches. */
  readonly callbacks?: CallbackArgument;
  /** 0: silent; 1 and `'auto'`: a progress bar on a terminal, else a line per epoch; 2: a line per epoch. @defaultValue `'auto'` */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  /** The share of the samples, from the end, that is not trained on but evaluated after each epoch. */
  readonly validationSplit?: number | undefined;
  /** Samples that are evaluated after each epoch: `[x, y]` or `[x, y, sampleWeight]`. */
  readonly validationData?: ValidationData | undefined;
  /** The batch size of the validation. @defaultValue `batchSize` */
  readonly validationBatchSize?: number;
  /** Ends training at the next batch; `fit` then rejects with the signal's reason. The weights stay as they are. */
  readonly signal?: AbortSignal;
}

/** Data for validation. */
export type ValidationData = readonly [x: InputData, y: InputData, sampleWeight?: InputData];

/** Options with which the history has `val_` logs. */
export type ValidatedFitOptions = FitOptions &
  ({ readonly validationSplit: number } | { readonly validationData: ValidationData });

/** Trains a model. See `Model.fit`. */
export async function fit(model: Model, x: InputData, y: InputData, options: FitOptions): Promise<History> {
  const plan = planOf(options);
  const { compilation } = model;
  await ready();
  options.signal?.throwIfAborted();
  const { train, validation } = split(model, x, y, options);
  prepare(model, train, validation, plan);

  const steps = options.stepsPerEpoch ?? Math.ceil(train.length / plan.batchSize);
  const history = new History();
  const callbacks = new CallbackList(options.callbacks, [
    ...(plan.verbose ? [new ProgbarLogger(plan.verbose)] : []),
    history,
    new NanWatch(),
  ]);
  callbacks.setModel(model);
  callbacks.setParams({
    epochs: plan.epochs,
    steps,
    batchSize: plan.batchSize,
    samples: train.length,
    verbose: plan.verbose,
  });
  const { signal } = options;
  const { batchSize, validationBatchSize } = plan;
  const order = new BatchOrder(train.length, (options.shuffle ?? true) ? drawSeed() : undefined);
  const profiler = FitProfiler.wanted(model);
  const runner = new BatchRunner(model, train, { kind: 'train', batchSize, order, signal, profiler });
  const validator =
    validation && evaluationOf(model, validation, { batchSize: validationBatchSize, callbacks, signal, profiler });
  const pacer = new Pacer(signal);
  const { stepsPerExecution: atOnce } = compilation;

  const run = new TrainingRun(model, order, callbacks.callbacks, plan.initialEpoch);
  callbacks.setRun(run);

  model.stopTraining = false;
  try {
    await callbacks.call('onTrainBegin');
    if (!run.isInMidEpoch) await run.takeOver();
    let logs: Logs = {};
    for (let { epoch } = run; epoch < plan.epochs && !model.stopTraining; epoch++) {
      let step = run.batch;
      if (step === 0) resetMetrics(model);
      await callbacks.call('onEpochBegin', epoch);
      if (step > 0) await run.takeOver();
      // with `stepsPerEpoch` an epoch goes on where the last one ended
      else if (options.stepsPerEpoch === undefined) order.startRound();
      while (step < steps && !model.stopTraining) {
        if (callbacks.watchesBatches) await callbacks.call('onTrainBatchBegin', step);
        step += await (callbacks.watchesBatches
          ? runner.run(Math.min(atOnce, steps - step))
          : runner.advance(steps - step));
        run.batch = step;
        if (callbacks.watchesBatches) await callbacks.call('onTrainBatchEnd', step - 1, await logsOf(model));
        pacer.requireNotAborted();
        if (pacer.isDue()) {
          if (callbacks.watchesProgress) await callbacks.call('onProgress', step - 1, await logsOf(model));
          await pacer.pause();
        }
      }
      logs = await logsOf(model);
      if (validator) logs = { ...logs, ...prefixed('val_', await validator.run()) };
      run.epoch = epoch + 1;
      run.batch = 0;
      await callbacks.call('onEpochEnd', epoch, logs);
      pacer.requireNotAborted();
    }
    compilation.optimizer.finalizeVariableValues(model.trainableWeights);
    await callbacks.call('onTrainEnd', logs);
  } finally {
    callbacks.release();
    runner.dispose();
    validator?.dispose();
    await profiler?.finish();
  }
  return history;
}

/** Builds what is not built yet, and finds what does not fit before anything is changed. */
function prepare(model: Model, train: DataSource, validation: DataSource | undefined, plan: Plan): void {
  for (const [source, batchSize] of [
    [train, plan.batchSize],
    [validation, plan.validationBatchSize],
  ] as const) {
    if (!source) continue;
    using first = source.batch(0, Math.min(source.length, batchSize));
    model.tryStep(first);
    checkLabels(model, source);
  }
}

function split(
  model: Model,
  x: InputData,
  y: InputData,
  options: FitOptions,
): { train: DataSource; validation: DataSource | undefined } {
  const all = toSource(model, 'fit', x, y, options);
  if (options.validationData !== undefined) {
    if (!Array.isArray(options.validationData) || options.validationData.length < 2) {
      throw new ArgumentError('fit', 'validationData', '[x, y] or [x, y, sampleWeight]', options.validationData);
    }
    const [valX, valY, sampleWeight] = options.validationData as ValidationData;
    return { train: all, validation: toSource(model, 'fit: validationData', valX, valY, { sampleWeight }) };
  }
  if (!options.validationSplit) return { train: all, validation: undefined };
  const kept = Math.floor(all.length * (1 - options.validationSplit));
  if (kept === 0 || kept === all.length) {
    throw new ArgumentError(
      'fit',
      'validationSplit',
      `a share that leaves samples on both sides of ${all.length}`,
      options.validationSplit,
    );
  }
  return { train: all.slice(0, kept), validation: all.slice(kept, all.length) };
}

interface Plan {
  readonly batchSize: number;
  readonly validationBatchSize: number;
  readonly epochs: number;
  readonly initialEpoch: number;
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
  return {
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
