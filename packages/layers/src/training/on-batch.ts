import { ready } from '@capas/core';
import type { Model } from '../models/model.ts';
import { BatchOrder } from './batch-order.ts';
import { BatchRunner } from './batch-runner.ts';
import { checkLabels } from './check-labels.ts';
import { type InputData, toSource, type WeightingOptions } from './data-adapter.ts';
import { requireKnownOptions } from './known-options.ts';
import type { Logs } from './logs.ts';
import { stepLogs } from './step-logs.ts';

/** One step on one batch, all samples at once. See `Model.trainOnBatch` and `Model.testOnBatch`. */
export async function runOnBatch(
  model: Model,
  kind: 'train' | 'test',
  x: InputData,
  y: InputData | null,
  options: WeightingOptions,
): Promise<Logs> {
  const who = `${kind}OnBatch`;
  requireKnownOptions(who, options, { sampleWeight: true, classWeight: true });
  const { compilation } = model;
  await ready();
  const source = toSource(model, who, x, y, options);
  checkLabels(model, source);
  if (kind === 'train' && !compilation.isMatched) {
    using batch = source.batch(0, source.length);
    model.tryStep(batch);
  }
  const { length } = source;
  const runner = new BatchRunner(model, source, {
    kind,
    batchSize: length,
    order: new BatchOrder(length),
    isSingle: true,
  });
  try {
    await runner.run(1);
  } finally {
    runner.dispose();
  }
  return stepLogs(model, kind);
}
