import { ready, requireInteger } from '@capas/core';
import { type CallbackArgument, CallbackList } from '../callbacks/callback-list.ts';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import type { Model } from '../models/model.ts';
import { checkLabels } from './check-labels.ts';
import { type DataSource, type InputData, toSource, type WeightingOptions } from './data-adapter.ts';
import { type OptionNames, requireKnownOptions } from './known-options.ts';
import type { Logs } from './logs.ts';
import { Pacer } from './pacer.ts';
import { logsOf, resetMetrics } from './steps.ts';

/** Options of `Model.evaluate`. */
export interface EvaluateOptions extends Omit<WeightingOptions, 'classWeight'> {
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** As in `fit`. */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  readonly callbacks?: CallbackArgument;
  readonly signal?: AbortSignal;
}

const optionNames: OptionNames<EvaluateOptions> = {
  batchSize: true,
  verbose: true,
  callbacks: true,
  signal: true,
  sampleWeight: true,
};

/** Computes loss and metrics over data. See `Model.evaluate`. */
export async function evaluate(model: Model, x: InputData, y: InputData, options: EvaluateOptions): Promise<Logs> {
  requireKnownOptions('evaluate', options, optionNames);
  const batchSize = requireInteger('evaluate', 'batchSize', options.batchSize ?? 32, 1, 'a positive integer');
  void model.compilation;
  await ready();
  const source = toSource(model, 'evaluate', x, y, options);
  checkLabels(model, source);
  const verbose = shownVerbose('evaluate', options.verbose);
  const callbacks = new CallbackList(verbose ? [new ProgbarLogger(verbose)] : [], options.callbacks);
  callbacks.setModel(model);
  callbacks.setParams({
    epochs: 1,
    steps: Math.ceil(source.length / batchSize),
    batchSize,
    samples: source.length,
    verbose,
  });
  return evaluateSource(model, source, { batchSize, callbacks, signal: options.signal });
}

/** The loop of `evaluate`, also after each epoch of `fit`. */
export async function evaluateSource(
  model: Model,
  source: DataSource,
  { batchSize, callbacks, signal }: { batchSize: number; callbacks: CallbackList; signal?: AbortSignal | undefined },
): Promise<Logs> {
  const pacer = new Pacer(signal);
  pacer.requireNotAborted();
  resetMetrics(model);
  await callbacks.onTestBegin();
  for (let start = 0, step = 0; start < source.length; start += batchSize, step++) {
    if (callbacks.watchesTestBatches) await callbacks.onTestBatchBegin(step);
    {
      using batch = source.batch(start, Math.min(source.length, start + batchSize));
      model.testStep(batch);
    }
    if (callbacks.watchesTestBatches) await callbacks.onTestBatchEnd(step, await logsOf(model));
    pacer.requireNotAborted();
    if (pacer.isDue()) {
      if (callbacks.watchesProgress) await callbacks.onTestProgress(step, await logsOf(model));
      await pacer.pause();
    }
  }
  const logs = await logsOf(model);
  await callbacks.onTestEnd(logs);
  return logs;
}
