import { ready, requireInteger } from '@capas/core';
import { type CallbackArgument, CallbackList } from '../callbacks/callback-list.ts';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import type { Model } from '../models/model.ts';
import { BatchOrder } from './batch-order.ts';
import { BatchRunner } from './batch-runner.ts';
import { checkLabels } from './check-labels.ts';
import { type DataSource, type InputData, toSource, type WeightingOptions } from './data-adapter.ts';
import type { FitProfiler } from './fit-profiler.ts';
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
  const callbacks = new CallbackList(options.callbacks, verbose ? [new ProgbarLogger(verbose)] : []);
  callbacks.setModel(model);
  callbacks.setParams({
    epochs: 1,
    steps: Math.ceil(source.length / batchSize),
    batchSize,
    samples: source.length,
    verbose,
  });
  const evaluation = evaluationOf(model, source, { batchSize, callbacks, signal: options.signal });
  try {
    return await evaluation.run();
  } finally {
    evaluation.dispose();
  }
}

/** What an {@link evaluationOf} is made with. */
interface EvaluationOptions {
  readonly batchSize: number;
  readonly callbacks: CallbackList;
  readonly signal: AbortSignal | undefined;
  readonly profiler?: FitProfiler | undefined;
}

/** An evaluation that can be run again and again, as after each epoch of `fit`: the data stays on the device. */
export interface Evaluation {
  run(): Promise<Logs>;
  dispose(): void;
}

/** Gets an evaluation ready. */
export function evaluationOf(
  model: Model,
  source: DataSource,
  { batchSize, callbacks, signal, profiler }: EvaluationOptions,
): Evaluation {
  const order = new BatchOrder(source.length);
  const runner = new BatchRunner(model, source, { kind: 'test', batchSize, order, signal, profiler });
  const steps = Math.ceil(source.length / batchSize);
  const { stepsPerExecution: atOnce } = model.compilation;
  const run = async (): Promise<Logs> => {
    const pacer = new Pacer(signal);
    pacer.requireNotAborted();
    resetMetrics(model);
    await callbacks.call('onTestBegin');
    order.startRound();
    for (let step = 0; step < steps; ) {
      if (callbacks.watchesTestBatches) await callbacks.call('onTestBatchBegin', step);
      step += await (callbacks.watchesTestBatches
        ? runner.run(Math.min(atOnce, steps - step))
        : runner.advance(steps - step));
      if (callbacks.watchesTestBatches) await callbacks.call('onTestBatchEnd', step - 1, await logsOf(model));
      pacer.requireNotAborted();
      if (pacer.isDue()) {
        if (callbacks.watchesProgress) await callbacks.call('onTestProgress', step - 1, await logsOf(model));
        await pacer.pause();
      }
    }
    const logs = await logsOf(model);
    await callbacks.call('onTestEnd', logs);
    return logs;
  };
  return { run, dispose: () => runner.dispose() };
}
