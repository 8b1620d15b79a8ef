import { dispose, type HostArray, UnknownNameError } from '@capas/core';
import {
  type GoldenCase,
  GoldenCheck,
  type GoldenGroup,
  type GoldenMode,
  type GoldenOutcome,
  missing,
  resolveGolden,
} from '@capas/core/testing';
import type { Model } from '../models/model.ts';
import { camelizeConfig } from '../saving/keras-config.ts';
import { type KerasObject, reviveModel } from '../saving/revive.ts';
import type { CompileOptions } from '../training/compilation.ts';
import type { FitOptions } from '../training/fit.ts';

interface Batch {
  readonly x: HostArray;
  readonly y: HostArray;
  readonly sampleWeight?: HostArray;
}

interface TrainingCase {
  readonly initialWeights: readonly { readonly value: HostArray }[];
  readonly batches: readonly Batch[];
  readonly steps: number;
  readonly logs: readonly Record<string, number>[];
  readonly initialEvaluate: Record<string, number>;
  readonly finalEvaluate: Record<string, number>;
  readonly finalPredict: HostArray;
  readonly finalWeights: readonly HostArray[];
  readonly fit?: {
    readonly args: Record<string, unknown>;
    readonly history: Record<string, number[]>;
    readonly finalWeights: readonly HostArray[];
    readonly evaluateAfter?: { readonly args: { readonly batch_size?: number }; readonly logs: Record<string, number> };
  };
}

/** Runs a case of `training.json`: steps on batches, then a `fit` from the start. */
export async function runTrainingCase(
  golden: GoldenCase,
  group: GoldenGroup,
  mode: GoldenMode = 'eager',
): Promise<GoldenOutcome> {
  const check = new GoldenCheck(golden, group);
  try {
    const data = resolveGolden(golden, group) as unknown as TrainingCase;
    await runSteps(newModel(golden, data, mode), data, check);
    if (data.fit) await runFit(newModel(golden, data, mode), data, data.fit, check);
  } catch (error) {
    if (error instanceof UnknownNameError)
      return missing(golden, `what the model needs (${error.message.split('.')[0]})`);
    check.fail((error as Error).message);
  }
  return check.outcome;
}

function newModel(golden: GoldenCase, data: TrainingCase, mode: GoldenMode): Model {
  const model = reviveModel(golden.model as KerasObject);
  const options = camelizeConfig(golden.compile as Record<string, unknown>);
  model.compile({ ...(options as CompileOptions), jitCompile: mode === 'compiled' });
  model.setWeights(data.initialWeights.map(({ value }) => value));
  return model;
}

async function runSteps(model: Model, data: TrainingCase, check: GoldenCheck): Promise<void> {
  const [first] = data.batches as [Batch];
  const test = async (): Promise<Record<string, number>> => {
    model.resetMetrics();
    return model.testOnBatch(first.x, first.y); // without weights, as the cases were made
  };
  compareLogs(check, 'initialEvaluate', await test(), data.initialEvaluate);
  for (let step = 0; step < data.steps; step++) {
    const { x, y, sampleWeight } = data.batches[step % data.batches.length]!;
    model.resetMetrics();
    const logs = await model.trainOnBatch(x, y, { sampleWeight });
    compareLogs(check, `logs of step ${step}`, logs, data.logs[step]!);
  }
  check.close(
    'finalWeights',
    model.weights.map((weight) => weight.value),
    data.finalWeights,
  );
  compareLogs(check, 'finalEvaluate', await test(), data.finalEvaluate);
  const prediction = await model.predict(first.x);
  check.close('finalPredict', prediction, data.finalPredict);
  dispose(prediction);
  model.dispose();
}

async function runFit(
  model: Model,
  data: TrainingCase,
  fit: NonNullable<TrainingCase['fit']>,
  check: GoldenCheck,
): Promise<void> {
  const [first, ...rest] = data.batches as [Batch, ...Batch[]];
  const x = first.x.concat(...rest.map((batch) => batch.x));
  const y = first.y.concat(...rest.map((batch) => batch.y));
  const sampleWeight = first.sampleWeight?.concat(...rest.map((batch) => batch.sampleWeight!));
  const options = {
    ...camelizeConfig(fit.args),
    shuffle: false,
    verbose: 0,
    ...(sampleWeight && { sampleWeight }),
  } as FitOptions;
  const { history } = await model.fit(x, y, options);
  for (const [name, values] of Object.entries(fit.history)) check.close(`history.${name}`, history[name], values);
  check.close(
    'fit finalWeights',
    model.weights.map((weight) => weight.value),
    fit.finalWeights,
  );
  if (fit.evaluateAfter) {
    const logs = await model.evaluate(x, y, {
      batchSize: fit.evaluateAfter.args.batch_size ?? 32,
      verbose: 0,
      sampleWeight,
    });
    compareLogs(check, 'evaluateAfter', logs, fit.evaluateAfter.logs);
  }
  model.dispose();
}

function compareLogs(
  check: GoldenCheck,
  what: string,
  actual: Record<string, number>,
  expected: Record<string, number>,
): void {
  const names = [Object.keys(actual), Object.keys(expected)].map((keys) => keys.sort().join(', '));
  if (names[0] !== names[1]) check.fail(`${what}: logs named ${names[0]} instead of ${names[1]}`);
  for (const [name, value] of Object.entries(expected)) check.close(`${what}: ${name}`, [actual[name]], [value]);
}
