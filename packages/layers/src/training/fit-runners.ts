import { ArgumentError, noticeOnce } from '@capas/core';
import type { Model } from '../models/model.ts';
import { BatchOrder } from './batch-order.ts';
import { BatchRunner } from './batch-runner.ts';
import { type BatchStream, isStream } from './batch-stream.ts';
import { type DataSource, type InputData, toSource } from './data-adapter.ts';
import type { EpochRunner } from './epoch-runner.ts';
import { evaluationRunner } from './evaluate.ts';
import type { FitOptions, Plan, ValidationData } from './fit.ts';
import type { FitProfiler } from './fit-profiler.ts';
import { requireNoArrays } from './stream-arguments.ts';
import { StreamRunner } from './stream-runner.ts';

/** What {@link runnersOf} is called with beside the data. */
interface Given {
  readonly options: FitOptions;
  readonly plan: Plan;
  readonly profiler: FitProfiler | undefined;
}

/** What runs the steps of training, and those of validation. */
export function runnersOf(
  model: Model,
  x: InputData | BatchStream,
  y: InputData | null | undefined,
  { options, plan, profiler }: Given,
): { train: EpochRunner; validation: EpochRunner | undefined } {
  const { classWeight, sampleWeight, signal, validationSteps: steps, validationData } = options;
  const test = (data: DataSource | BatchStream): EpochRunner =>
    evaluationRunner(model, data, {
      who: 'fit: validationData',
      batchSize: plan.validationBatchSize,
      steps,
      signal,
      profiler,
    });
  if (isStream(x)) {
    requireNoArrays('fit', y, { sampleWeight, batchSize: options.batchSize, validationSplit: options.validationSplit });
    if (options.shuffle)
      noticeOnce('fit: `shuffle` changes nothing where `x` is a stream: its batches are taken as they come.');
    const train = new StreamRunner(model, x, { kind: 'train', who: 'fit', classWeight, signal, profiler });
    const validation = validationOf(model, validationData);
    return { train, validation: validation && test(validation) };
  }
  const all = toSource(model, 'fit', x, y, { classWeight, sampleWeight });
  const { train, validation } =
    validationData === undefined && options.validationSplit
      ? split(all, options.validationSplit)
      : { train: all, validation: validationOf(model, validationData) };
  const order = new BatchOrder(train.length);
  const runner = new BatchRunner(model, train, { kind: 'train', batchSize: plan.batchSize, order, signal, profiler });
  return { train: runner, validation: validation && test(validation) };
}

function validationOf(model: Model, data: ValidationData | undefined): DataSource | BatchStream | undefined {
  if (data === undefined || isStream(data)) return data;
  if (!Array.isArray(data) || data.length < 2) {
    throw new ArgumentError('fit', 'validationData', '[x, y] or [x, y, sampleWeight]', data);
  }
  const [x, y, sampleWeight] = data as Exclude<ValidationData, BatchStream>;
  return toSource(model, 'fit: validationData', x, y, { sampleWeight });
}

function split(all: DataSource, share: number): { train: DataSource; validation: DataSource } {
  const kept = Math.floor(all.length * (1 - share));
  if (kept === 0 || kept === all.length) {
    throw new ArgumentError(
      'fit',
      'validationSplit',
      `a share that leaves samples on both sides of ${all.length}`,
      share,
    );
  }
  return { train: all.slice(0, kept), validation: all.slice(kept, all.length) };
}
