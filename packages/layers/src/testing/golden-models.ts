import { dispose, HostArray, ops, scope, type Tensor, UnknownNameError } from '@capas/core';
import {
  type GoldenCase,
  GoldenCheck,
  type GoldenGroup,
  type GoldenOutcome,
  missing,
  resolveGolden,
} from '@capas/core/testing';
import type { Model } from '../models/model.ts';
import { loadModel } from '../saving/load-model.ts';
import type { InputData } from '../training/data-adapter.ts';

/** What a case of `models.json` says of a model that goes on training after it was loaded. */
interface Resume {
  readonly batchesX: readonly HostArray[];
  readonly batchesY: readonly HostArray[];
  readonly logs: readonly Readonly<Record<string, number>>[];
  readonly optimizerVariables: readonly { readonly value: HostArray }[];
  readonly outputsAfter: HostArray;
}

/** Runs a case of `models.json`: opens the `.keras` and `.h5` files that Keras wrote, compares outputs, goes on training. */
export async function runModelCase(golden: GoldenCase, group: GoldenGroup): Promise<GoldenOutcome> {
  const check = new GoldenCheck(golden, group);
  const { keras, legacyH5, weightsH5 } = golden.files as Readonly<
    Record<string, { readonly path: string } | undefined>
  >;
  try {
    for (const file of [keras, legacyH5]) if (file) await runFile(check, golden, group, file.path);
    using model = await loadModel(`${group.dir}/${keras!.path}`);
    if (weightsH5) {
      scope(() => model.setWeights(model.weights.map(({ shape }) => ops.zeros(shape))));
      await model.loadWeights(`${group.dir}/${weightsH5.path}`);
      const { inputs, outputs } = resolveGolden(golden, group) as { inputs: InputData; outputs: unknown };
      await compareOutputs(check, `outputs with ${weightsH5.path}`, model, inputs, outputs);
    }
    if (model.isCompiled) model.optimizer.dispose();
  } catch (error) {
    if (error instanceof UnknownNameError)
      return missing(golden, `what the model needs (${error.message.split('.')[0]})`);
    check.fail((error as Error).message);
  }
  return check.outcome;
}

async function runFile(check: GoldenCheck, golden: GoldenCase, group: GoldenGroup, path: string): Promise<void> {
  using model = await loadModel(`${group.dir}/${path}`);
  const count = model.countParams();
  if (count !== golden.countParams) check.fail(`${count} parameters instead of ${golden.countParams}`);
  const { inputs, outputs, resume } = resolveGolden(golden, group) as {
    inputs: InputData;
    outputs: unknown;
    resume?: Resume;
  };
  await compareOutputs(check, `outputs of ${path}`, model, inputs, outputs);
  if (resume) await goOn(check, model, inputs, resume);
  if (model.isCompiled) model.optimizer.dispose();
}

async function goOn(check: GoldenCheck, model: Model, inputs: InputData, resume: Resume): Promise<void> {
  const { batchesX, batchesY, logs, optimizerVariables, outputsAfter } = resume;
  check.close(
    'optimizer',
    model.optimizer.variables.map(({ value }) => value),
    optimizerVariables.map(({ value }) => value),
    { atol: 0, rtol: 0 },
  );
  for (const [i, x] of batchesX.entries()) {
    model.resetMetrics();
    const actual = await model.trainOnBatch(x, batchesY[i]!);
    for (const [name, value] of Object.entries(logs[i]!)) check.close(`${name} of step ${i}`, [actual[name]], [value]);
  }
  await compareOutputs(check, 'outputs after training', model, inputs, outputsAfter);
}

async function compareOutputs(
  check: GoldenCheck,
  what: string,
  model: Model,
  inputs: InputData,
  expected: unknown,
): Promise<void> {
  const actual = await model.predict<Tensor>(inputs);
  if (expected instanceof HostArray || Array.isArray(expected)) check.close(what, actual, expected);
  else {
    const named = actual as unknown as Readonly<Record<string, Tensor>>;
    for (const [name, value] of Object.entries(expected as object)) check.close(`${what}: ${name}`, named[name], value);
  }
  dispose(actual);
}
