import { scope, type Tensor, valueAndGradients, withOrigin } from '@capas/core';
import { isTensor } from '../layer-inputs.ts';
import { maskOf } from '../masking.ts';
import type { Model } from '../models/model.ts';
import { flatten, type Structure } from '../structure.ts';
import type { NamedMetric } from './compilation.ts';
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

const updateMetrics = (model: Model, batch: Batch, { result, loss, outputLosses }: Forward): void =>
  withOrigin('metrics', () => {
    model.compilation.updateLosses(batch, loss, outputLosses);
    model.computeMetrics(batch, result);
  });

/** What the forward pass of a batch gives. */
export interface Forward {
  /** The outputs as the model returns them. */
  readonly result: Structure<Tensor>;
  readonly outputs: readonly Tensor[];
  /** The masks of the outputs, which the metrics still need when the gradients are there. */
  readonly masks: readonly Tensor[];
  /** The loss that is minimised: the weighted sum over outputs, with penalties. A scalar. */
  readonly loss: Tensor;
  /** The loss of each output, without penalties. */
  readonly outputLosses: readonly Tensor[];
  readonly [key: string]: Structure<Tensor>;
}

function forwardPass(model: Model, batch: Batch, training: boolean): Forward {
  const result: Structure<Tensor> = model.apply(batch.x as Tensor, { training });
  const outputs = flatten<Tensor>(result, isTensor);
  const masks = outputs.flatMap((output) => maskOf(output) ?? []);
  const loss = withOrigin('loss', () => model.computeLoss(batch, result, { training }));
  return { result, outputs, masks, loss, outputLosses: model.compilation.takeOutputLosses() };
}

/** Makes the weights of a model that had not seen data yet. */
export function buildOn(model: Model, x: Structure<Tensor>): void {
  if (!model.built) scope(() => void model.apply(x as Tensor));
}

/** All metrics of a model: those of `compile`, then its own. */
export function loggedMetrics(model: Model): readonly NamedMetric[] {
  const own = model.ownMetrics.map((metric) => ({ name: metric.name, metric }));
  const compiled = model.compilation.metrics.filter(({ metric }) => !own.some((other) => other.metric === metric));
  return [...compiled, ...own];
}

/** The metrics' values, in alphabetical order as in Keras. Of two with one name the last counts: an own one. */
export async function logsOf(model: Model): Promise<Logs> {
  const logs: Logs = {};
  for (const [name, metric] of metricsByName(model)) {
    const result = scope(() => metric.result());
    const [value] = await result.data();
    result.dispose();
    logs[name] = value!;
  }
  return logs;
}

/** The metrics' values as tensors, under the names and in the order of {@link logsOf}. */
export const metricResults = (model: Model): Record<string, Tensor> =>
  Object.fromEntries(metricsByName(model).map(([name, metric]) => [name, scope(() => metric.result())]));

const metricsByName = (model: Model): [string, NamedMetric['metric']][] =>
  [...new Map(loggedMetrics(model).map(({ name, metric }) => [name, metric]))].sort(([a], [b]) => (a < b ? -1 : 1));

/** Sets every metric back to its start. */
export function resetMetrics(model: Model): void {
  for (const { metric } of loggedMetrics(model)) metric.resetState();
}
