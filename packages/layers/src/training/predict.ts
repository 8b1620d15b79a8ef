import { ready, requireBackend, requireInteger, type Tensor } from '@capas/core';
import { type CallbackArgument, CallbackList } from '../callbacks/callback-list.ts';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import type { Model } from '../models/model.ts';
import type { Structure } from '../structure.ts';
import { type InputData, toSource } from './data-adapter.ts';
import { requireKnownOptions } from './known-options.ts';
import { OutputBatches } from './output-batches.ts';
import { Pacer } from './pacer.ts';

/** Options of `Model.predict`. */
export interface PredictOptions {
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** As in `fit`. @defaultValue 0: silent */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  readonly callbacks?: CallbackArgument;
  readonly signal?: AbortSignal;
}

/** Computes the outputs for data, in batches. See `Model.predict`. */
export async function predict(model: Model, x: InputData, options: PredictOptions): Promise<Structure<Tensor>> {
  requireKnownOptions('predict', options, { batchSize: true, verbose: true, callbacks: true, signal: true });
  const batchSize = requireInteger('predict', 'batchSize', options.batchSize ?? 32, 1, 'a positive integer');
  const verbose = shownVerbose('predict', options.verbose ?? 0);
  await ready();
  const source = toSource(model, 'predict', x, null);
  const steps = Math.ceil(source.length / batchSize);
  const callbacks = new CallbackList(options.callbacks, verbose ? [new ProgbarLogger(verbose)] : []);
  callbacks.setModel(model);
  callbacks.setParams({ epochs: 1, steps, batchSize, samples: source.length, verbose });
  const pacer = new Pacer(options.signal);
  pacer.requireNotAborted();
  const outputs = new OutputBatches(model, source, batchSize);
  try {
    await callbacks.call('onPredictBegin');
    for (let step = 0; step < steps; step++) {
      await callbacks.call('onPredictBatchBegin', step);
      outputs.add(step * batchSize, Math.min(source.length, (step + 1) * batchSize));
      await callbacks.call('onPredictBatchEnd', step);
      pacer.requireNotAborted();
      if (!pacer.isDue()) continue;
      await callbacks.call('onPredictProgress', step);
      await pacer.pause();
    }
    await callbacks.call('onPredictEnd');
    return outputs.join();
  } finally {
    callbacks.release();
    outputs.dispose();
  }
}

/** The outputs for all samples at once, without waiting. See `Model.predictOnBatch`. */
export function predictOnBatch(model: Model, x: InputData): Structure<Tensor> {
  requireBackend(`Model '${model.name}'`);
  const source = toSource(model, 'predictOnBatch', x, null);
  const outputs = new OutputBatches(model, source, source.length);
  try {
    outputs.add(0, source.length);
    return outputs.join();
  } finally {
    outputs.dispose();
  }
}
