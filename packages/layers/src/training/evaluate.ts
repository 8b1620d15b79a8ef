import { ArgumentError, ready, requireInteger } from '@capas/core';
import { type CallbackArgument, CallbackList } from '../callbacks/callback-list.ts';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import type { Model } from '../models/model.ts';
import { BatchOrder } from './batch-order.ts';
import { BatchRunner } from './batch-runner.ts';
import { type BatchStream, isStream } from './batch-stream.ts';
import { checkLabels } from './check-labels.ts';
import { type DataSource, type InputData, toSource, type WeightingOptions } from './data-adapter.ts';
import { type EpochRunner, lastStep } from './epoch-runner.ts';
import type { FitProfiler } from './fit-profiler.ts';
import { type OptionNames, requireKnownOptions } from './known-options.ts';
import type { Logs } from './logs.ts';
import { Pacer } from './pacer.ts';
import { epochLogs, stepLogs } from './step-logs.ts';
import { resetMetrics } from './steps.ts';
import { requireNoArrays } from './stream-arguments.ts';
import { StreamRunner } from './stream-runner.ts';

/** Options of `Model.evaluate`. */
export interface EvaluateOptions extends Omit<WeightingOptions, 'classWeight'> {
  /** @defaultValue 32 */
  readonly batchSize?: number | undefined;
  /** How many batches to evaluate. @defaultValue all */
  readonly steps?: number | undefined;
  /** As in `fit`. */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  readonly callbacks?: CallbackArgument;
  readonly signal?: AbortSignal;
}

const optionNames: OptionNames<EvaluateOptions> = {
  batchSize: true,
  steps: true,
  verbose: true,
  callbacks: true,
  signal: true,
  sampleWeight: true,
};

/** Computes loss and metrics over data. See `Model.evaluate`. */
export async function evaluate(
  model: Model,
  x: InputData | BatchStream,
  y: InputData | null | undefined,
  options: EvaluateOptions,
): Promise<Logs> {
  requireKnownOptions('evaluate', options, optionNames);
  const batchSize = requireInteger('evaluate', 'batchSize', options.batchSize ?? 32, 1, 'a positive integer');
  const { steps, signal, sampleWeight } = options;
  if (steps !== undefined) requireInteger('evaluate', 'steps', steps, 1, 'a positive integer');
  void model.compilation;
  await ready();
  if (isStream(x)) requireNoArrays('evaluate', y, { sampleWeight, batchSize: options.batchSize });
  const data = isStream(x) ? x : toSource(model, 'evaluate', x, y, { sampleWeight });
  if (!isStream(data)) checkLabels(model, data);
  const verbose = shownVerbose('evaluate', options.verbose);
  const callbacks = new CallbackList(options.callbacks, verbose ? [new ProgbarLogger(verbose)] : []);
  const runner = evaluationRunner(model, data, { who: 'evaluate', batchSize, steps, signal });
  callbacks.setModel(model);
  const samples = runner.samples ?? Number.NaN;
  const tell = (found: number): void => callbacks.setParams({ epochs: 1, steps: found, batchSize, samples, verbose });
  tell(steps ?? runner.steps ?? Number.POSITIVE_INFINITY);
  try {
    return await runEvaluation(model, runner, { steps, callbacks, signal, onSteps: tell });
  } finally {
    runner.dispose();
  }
}

/** What an {@link evaluationRunner} is made with. */
interface RunnerOptions {
  /** Who asks, for messages. */
  readonly who: string;
  readonly batchSize: number;
  /** How many batches an evaluation takes; `undefined`: all. */
  readonly steps: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly profiler?: FitProfiler | undefined;
}

/** What runs evaluations on data, again and again as after each epoch of `fit`: arrays stay on the device. */
export function evaluationRunner(model: Model, data: DataSource | BatchStream, options: RunnerOptions): EpochRunner {
  const { who, batchSize, steps = Number.POSITIVE_INFINITY, signal, profiler } = options;
  if (isStream(data)) return new StreamRunner(model, data, { kind: 'test', who, signal, profiler });
  const length = Math.min(data.length, steps * batchSize);
  const source = length < data.length ? data.slice(0, length) : data;
  return new BatchRunner(model, source, { kind: 'test', batchSize, order: new BatchOrder(length), signal, profiler });
}

/** What {@link runEvaluation} is called with. */
interface EvaluationOptions extends Pick<RunnerOptions, 'steps' | 'signal'> {
  readonly callbacks: CallbackList;
  /** Called with the number of steps, once it is known. */
  readonly onSteps?: (steps: number) => void;
}

/** Runs an evaluation: from the start of the data, or of what is left of a generator. */
export async function runEvaluation(
  model: Model,
  runner: EpochRunner,
  { steps, callbacks, signal, onSteps }: EvaluationOptions,
): Promise<Logs> {
  const { stepsPerExecution: atOnce } = model.compilation;
  const pacer = new Pacer(signal);
  pacer.requireNotAborted();
  if (!(await runner.startEpoch(false)))
    throw new ArgumentError('evaluate', 'x', 'a stream that has batches for each evaluation', 'none');
  resetMetrics(model);
  await callbacks.call('onTestBegin');
  const end = lastStep(runner, steps);
  let step = 0;
  while (step < end && (await runner.hasNext())) {
    if (callbacks.watchesTestBatches) await callbacks.call('onTestBatchBegin', step);
    step += await (callbacks.watchesTestBatches
      ? runner.run(Math.min(atOnce, end - step))
      : runner.advance(end - step));
    if (callbacks.watchesTestBatches) await callbacks.call('onTestBatchEnd', step - 1, await stepLogs(model, 'test'));
    pacer.requireNotAborted();
    if (pacer.isDue()) {
      if (callbacks.watchesProgress) await callbacks.call('onTestProgress', step - 1, await stepLogs(model, 'test'));
      await pacer.pause();
    }
  }
  onSteps?.(step);
  const logs = await epochLogs(model, 'test');
  await callbacks.call('onTestEnd', logs);
  return logs;
}
