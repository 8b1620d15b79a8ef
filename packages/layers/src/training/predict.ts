import { ArgumentError, ready, requireBackend, requireInteger, type Tensor } from '@capas/core';
import { type CallbackArgument, CallbackList } from '../callbacks/callback-list.ts';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import { isTensor } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import { flatten, type Structure } from '../structure.ts';
import { BatchFeed } from './batch-feed.ts';
import { type BatchStream, isStream, sizeOfStream } from './batch-stream.ts';
import { type DataSource, type InputData, toSource } from './data-adapter.ts';
import { type OptionNames, requireKnownOptions } from './known-options.ts';
import { joinParts, OutputBatches } from './output-batches.ts';
import { Pacer } from './pacer.ts';
import { requireNoArrays } from './stream-arguments.ts';

/** Options of `Model.predict`. */
export interface PredictOptions {
  /** @defaultValue 32 */
  readonly batchSize?: number | undefined;
  /** How many batches to predict. @defaultValue all */
  readonly steps?: number | undefined;
  /** As in `fit`. @defaultValue 0: silent */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  readonly callbacks?: CallbackArgument;
  readonly signal?: AbortSignal;
}

const optionNames: OptionNames<PredictOptions> = {
  batchSize: true,
  steps: true,
  verbose: true,
  callbacks: true,
  signal: true,
};

/** Computes the outputs for data, in batches. See `Model.predict`. */
export async function predict(
  model: Model,
  x: InputData | BatchStream,
  options: PredictOptions,
): Promise<Structure<Tensor>> {
  requireKnownOptions('predict', options, optionNames);
  const batchSize = requireInteger('predict', 'batchSize', options.batchSize ?? 32, 1, 'a positive integer');
  if (options.steps !== undefined) requireInteger('predict', 'steps', options.steps, 1, 'a positive integer');
  const verbose = shownVerbose('predict', options.verbose ?? 0);
  await ready();
  if (isStream(x)) requireNoArrays('predict', undefined, { batchSize: options.batchSize });
  const predictor = isStream(x)
    ? streamed(model, x, options)
    : arrays(model, x, batchSize, options.steps ?? Number.POSITIVE_INFINITY);
  const { steps, samples } = predictor;
  const callbacks = new CallbackList(options.callbacks, verbose ? [new ProgbarLogger(verbose)] : []);
  callbacks.setModel(model);
  const tell = (found: number): void => callbacks.setParams({ epochs: 1, steps: found, batchSize, samples, verbose });
  tell(steps);
  const pacer = new Pacer(options.signal);
  pacer.requireNotAborted();
  try {
    await callbacks.call('onPredictBegin');
    let step = 0;
    for (; step < predictor.most && (await predictor.hasNext()); step++) {
      await callbacks.call('onPredictBatchBegin', step);
      await predictor.add(step);
      await callbacks.call('onPredictBatchEnd', step);
      pacer.requireNotAborted();
      if (!pacer.isDue()) continue;
      await callbacks.call('onPredictProgress', step);
      await pacer.pause();
    }
    tell(step);
    await callbacks.call('onPredictEnd');
    return predictor.join();
  } finally {
    callbacks.release();
    predictor.dispose();
  }
}

/** Computes outputs batch by batch. */
interface Predictor {
  /** How many batches there are, as far as that is known, and at most. */
  readonly steps: number;
  readonly most: number;
  readonly samples: number;
  hasNext(): boolean | Promise<boolean>;
  add(step: number): void | Promise<void>;
  join(): Structure<Tensor>;
  dispose(): void;
}

function arrays(model: Model, x: InputData, batchSize: number, most: number): Predictor {
  const all = toSource(model, 'predict', x, null);
  const source = most * batchSize < all.length ? all.slice(0, most * batchSize) : all;
  const { length } = source;
  const outputs = new OutputBatches(model, source, batchSize);
  return {
    steps: Math.ceil(length / batchSize),
    most: Math.ceil(length / batchSize),
    samples: length,
    hasNext: () => true,
    add: (step) => outputs.add(step * batchSize, Math.min(length, (step + 1) * batchSize)),
    join: () => outputs.join(),
    dispose: () => outputs.dispose(),
  };
}

function streamed(model: Model, stream: BatchStream, { steps, signal }: PredictOptions): Predictor {
  const feed = new BatchFeed(model, stream, { who: 'predict', isPrediction: true, signal });
  const parts: Structure<Tensor>[] = [];
  const most = steps ?? Number.POSITIVE_INFINITY;
  return {
    steps: steps ?? sizeOfStream(stream) ?? most,
    most,
    samples: Number.NaN,
    hasNext: async () => (await feed.peek()) !== undefined,
    add: async (step) => {
      const batch = (await feed.take())!;
      if (step + 1 < most) feed.ask();
      try {
        parts.push(predictSource(model, batch.source));
      } finally {
        batch.dispose();
      }
    },
    join: () => {
      if (parts.length === 0) throw new ArgumentError('predict', 'x', 'a stream of one batch or more', 'none');
      return joinParts(parts);
    },
    dispose: () => {
      feed.close();
      for (const part of parts) for (const tensor of flatten<Tensor>(part, isTensor)) tensor.dispose();
    },
  };
}

/** The outputs for all samples at once, without waiting. See `Model.predictOnBatch`. */
export function predictOnBatch(model: Model, x: InputData): Structure<Tensor> {
  requireBackend(`Model '${model.name}'`);
  return predictSource(model, toSource(model, 'predictOnBatch', x, null));
}

function predictSource(model: Model, source: DataSource): Structure<Tensor> {
  const outputs = new OutputBatches(model, source, source.length);
  try {
    outputs.add(0, source.length);
    return outputs.join();
  } finally {
    outputs.dispose();
  }
}
