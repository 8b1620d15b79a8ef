import { ops, scope } from '@capas/core';
import { type GoldenCase, GoldenCheck, type GoldenGroup, type GoldenOutcome, missing } from '@capas/core/testing';
import * as registry from '../callbacks/index.ts';
import * as layers from '../layers/index.ts';
import { Sequential } from '../models/sequential.ts';
import { sgd } from '../optimizers/index.ts';
import { camelizeConfig } from '../saving/keras-config.ts';
import type { Logs } from '../training/logs.ts';

/** Runs a case of `callbacks.json`: the logs of the epochs go in, the decisions are compared. */
export async function runCallbackCase(golden: GoldenCase, group: GoldenGroup): Promise<GoldenOutcome> {
  const className = golden.className as string;
  const CallbackClass = (registry as Record<string, unknown>)[className] as
    | (new (
        config: object,
      ) => registry.Callback)
    | undefined;
  if (typeof CallbackClass !== 'function') return missing(golden, `callbacks.${className}`);
  const check = new GoldenCheck(golden, group);
  const model = new Sequential([layers.dense({ units: 1, useBias: false, inputShape: [1] })]);
  const learningRate = (golden.initialLearningRate as number | undefined) ?? 0.01;
  model.compile({ optimizer: sgd({ learningRate }), loss: 'mse' });
  const callback = new CallbackClass(camelizeConfig(golden.args as Record<string, unknown>));
  callback.setModel(model as never);
  await callback.onTrainBegin();
  let stoppedAfter: number | null = null;
  const logs = golden.logs as Logs[];
  const rates: number[] = [];
  for (let epoch = 0; epoch < logs.length && stoppedAfter === null; epoch++) {
    scope(() => model.setWeights([ops.full([1, 1], epoch)]));
    await callback.onEpochEnd(epoch, { ...logs[epoch]! });
    rates.push(...model.optimizer.learningRate.value.dataSync());
    if (model.stopTraining) stoppedAfter = epoch;
  }
  await callback.onTrainEnd(logs.at(-1)!);
  if (golden.learningRates) {
    rates.forEach((rate, epoch) => {
      if (rate !== (golden.learningRates as number[])[epoch]) check.fail(`learning rate ${rate} in epoch ${epoch}`);
    });
    model.optimizer.dispose();
    model.dispose();
    return check.outcome;
  }
  if (stoppedAfter !== golden.stopsAfterEpoch)
    check.fail(`stopped after epoch ${stoppedAfter} instead of ${golden.stopsAfterEpoch}`);
  const { bestEpoch } = callback as registry.EarlyStopping;
  if (bestEpoch !== golden.bestEpoch) check.fail(`best epoch ${bestEpoch} instead of ${golden.bestEpoch}`);
  check.close('weight after training', model.weights[0]!.value, [[golden.weightAfterTrain as number]]);
  model.optimizer.dispose();
  model.dispose();
  return check.outcome;
}
