import { freeWhenForgotten, ops, ready, requireBackend, requireInteger, scope, type Tensor } from '@capas/core';
import { ProgbarLogger, shownVerbose } from '../callbacks/progbar-logger.ts';
import { isTensor } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import { flatten, pack, type Structure } from '../structure.ts';
import { type Batch, type InputData, toSource } from './data-adapter.ts';
import { requireKnownOptions } from './known-options.ts';
import { Pacer } from './pacer.ts';

/** Options of `Model.predict`. */
export interface PredictOptions {
  /** @defaultValue 32 */
  readonly batchSize?: number;
  /** As in `fit`. @defaultValue 0: silent */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  readonly signal?: AbortSignal;
}

/** Computes the outputs for data, in batches. See `Model.predict`. */
export async function predict(model: Model, x: InputData, options: PredictOptions): Promise<Structure<Tensor>> {
  requireKnownOptions('predict', options, { batchSize: true, verbose: true, signal: true });
  const batchSize = requireInteger('predict', 'batchSize', options.batchSize ?? 32, 1, 'a positive integer');
  const verbose = shownVerbose('predict', options.verbose ?? 0);
  await ready();
  const source = toSource(model, 'predict', x, null);
  const progress = verbose ? new ProgbarLogger(verbose) : undefined;
  const steps = Math.ceil(source.length / batchSize);
  progress?.setParams({ epochs: 1, steps, batchSize, samples: source.length, verbose });
  const pacer = new Pacer(options.signal);
  pacer.requireNotAborted();
  const parts: Structure<Tensor>[] = [];
  progress?.onTestBegin();
  try {
    for (let step = 0; step < steps; step++) {
      using batch = source.batch(step * batchSize, Math.min(source.length, (step + 1) * batchSize));
      parts.push(forward(model, batch));
      pacer.requireNotAborted();
      if (!pacer.isDue()) continue;
      progress?.onTestProgress(step, {});
      await pacer.pause();
    }
    progress?.onTestEnd({});
    const outputs = flatten<Tensor>(parts[0]!, isTensor).map((_, i) =>
      ops.concatenate(
        parts.map((part) => flatten<Tensor>(part, isTensor)[i]!),
        { axis: 0 },
      ),
    );
    return pack(parts[0]!, outputs.map(freeWhenForgotten), isTensor);
  } finally {
    for (const part of parts) for (const tensor of flatten<Tensor>(part, isTensor)) tensor.dispose();
  }
}

/** The outputs for all samples at once, without waiting. See `Model.predictOnBatch`. */
export function predictOnBatch(model: Model, x: InputData): Structure<Tensor> {
  requireBackend(`Model '${model.name}'`);
  const source = toSource(model, 'predictOnBatch', x, null);
  using batch = source.batch(0, source.length);
  const result = forward(model, batch);
  return pack(result, flatten<Tensor>(result, isTensor).map(freeWhenForgotten), isTensor);
}

/** The outputs for a batch, as tensors of their own even where the model returns its input. */
function forward(model: Model, batch: Batch): Structure<Tensor> {
  return scope(() => {
    const result = model.apply(batch.x as Tensor, { training: false }) as Structure<Tensor>;
    return pack(
      result,
      flatten<Tensor>(result, isTensor).map((tensor) => tensor.clone()),
      isTensor,
    );
  });
}
