import { scope, type Tensor, valueAndGradients, withOrigin } from '@capas/core';
import { isTensor } from '../layer-inputs.ts';
import { maskOf } from '../masking.ts';
import type { Model } from '../models/model.ts';
import { flatten, type Structure } from '../structure.ts';
import type { Batch } from './data-adapter.ts';
import type { Logs } from './logs.ts';

/** Forward, loss, gradients, update, metrics: one step of training. Nothing is read back from the backend. */
export function trainStep(model: Model, batch: Batch): void {
  const { compilation } = model;
  buildOn(model, batch.x);
  scope(() => {
    const weights = model.trainableWeights;
    const forward: { tree?: Forward } = {};
    const { gradients } = valueAndGradients(
      () => {
        forward.tree = forwardPass(model, batch, true);
        const { loss } = forward.tree;
        return withOrigin('loss', () => compilation.optimizer.scaleLoss(loss));
      },
      weights,
      forward,
    );
    withOrigin('optimizer', () => compilation.optimizer.apply(gradients, weights));
    updateMetrics(model, batch, forward.tree!);
  });
}

/** Forward, loss, metrics: one step of evaluation. */
export function testStep(model: Model, batch: Batch): void {
  buildOn(model, batch.x);
  scope(() => updateMetrics(model, batch, forwardPass(model, batch, false)));
}

const updateMetrics = (model: Model, batch: Batch, forward: Forward): void =>
  withOrigin('metrics', () => model.compilation.updateMetrics(batch, forward));

/** What the forward pass of a batch gives. */
export interface Forward {
  readonly outputs: readonly Tensor[];
  /** The masks of the outputs, which the metrics still need when the gradients are there. */
  readonly masks: readonly Tensor[];
  /** The loss that is minimised: the weighted sum over outputs, with penalties. A scalar. */
  readonly loss: Tensor;
  /** The loss of each output, without penalties. */
  readonly outputLosses: readonly Tensor[];
  readonly [key: string]: Tensor | readonly Tensor[];
}

function forwardPass(model: Model, batch: Batch, training: boolean): Forward {
  const outputs = flatten<Tensor>(model.apply(batch.x as Tensor, { training }), isTensor);
  const masks = outputs.flatMap((output) => maskOf(output) ?? []);
  const loss = withOrigin('loss', () => model.compilation.computeLoss(batch, outputs, model.losses));
  return { outputs, masks, ...loss };
}

/** Makes the weights of a model that had not seen data yet. */
export function buildOn(model: Model, x: Structure<Tensor>): void {
  if (!model.built) scope(() => void model.apply(x as Tensor));
}

/** The metrics' values, in alphabetical order as in Keras. */
export async function logsOf(model: Model): Promise<Logs> {
  const entries: [string, number][] = [];
  for (const { name, metric } of model.compilation.metrics) {
    const result = scope(() => metric.result());
    const [value] = await result.data();
    result.dispose();
    entries.push([name, value!]);
  }
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Sets every metric back to its start. */
export function resetMetrics(model: Model): void {
  for (const { metric } of model.compilation.metrics) metric.resetState();
}
