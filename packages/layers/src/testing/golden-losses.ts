import { gradients, type HostArray, toTensor } from '@capas/core';
import * as losses from '../losses/index.ts';
import { camelizeConfig } from '../saving/keras-config.ts';
import { Comparison, type GoldenCase, type GoldenOutcome } from './local-goldens.ts';

/** Runs a case of `losses.json`: the value, and the gradient with respect to the prediction. */
export function run(item: GoldenCase): GoldenOutcome {
  const make = (losses as Record<string, unknown>)[item.className as string];
  if (typeof make !== 'function') return { id: item.id, status: 'missing', worst: 0, detail: '' };
  const loss = new (make as new (config: object) => losses.Loss)(camelizeConfig(item.args as Record<string, unknown>));
  const { yTrue, yPred, sampleWeight, mask } = item as unknown as Record<string, HostArray>;
  const prediction = toTensor(yPred!, 'float32');
  const value = loss.apply(yTrue!, prediction, sampleWeight, mask);
  const comparison = new Comparison(item);
  comparison.close('value', value.dataSync(), item.expected);
  const [gradient] = gradients((x) => loss.apply(yTrue!, x, sampleWeight, mask), [prediction]);
  comparison.close('gradYPred', gradient!.dataSync(), item.gradYPred);
  value.dispose();
  gradient!.dispose();
  prediction.dispose();
  return comparison.outcome;
}
