import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sequential } from '../models/sequential.ts';
import { sgd } from '../optimizers/index.ts';
import { linear, x, y } from '../testing/small-models.ts';
import { lambdaCallback, swapEMAWeights } from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const compiled = (useEma = true) => {
  const model = linear();
  model.compile({ optimizer: sgd({ learningRate: 0.1, useEma, emaMomentum: 0.5 }), loss: 'mse' });
  return model;
};
const weights = (model: Sequential): number[] => Array.from(model.weights[0]!.value.dataSync());
const averages = (model: Sequential): number[] =>
  Array.from(model.optimizer.variables.find(({ path }) => path.endsWith('kernel_average'))!.value.dataSync());

describe('SwapEMAWeights', () => {
  test('validation sees the averages, training goes on with the weights', async () => {
    const model = compiled();
    const seen: number[][] = [];
    const look = lambdaCallback({
      onTrainBatchEnd: () => void seen.push(averages(model), weights(model)),
      onTestBegin: () => void seen.push(weights(model), averages(model)),
      onEpochEnd: () => void seen.push(weights(model)),
    });
    const callbacks = [swapEMAWeights(), look];
    await model.fit(x, y, { batchSize: 5, shuffle: false, verbose: 0, validationData: [x, y], callbacks });
    // two batches, the average of the first of which is its weight
    const [, , average, weight, inTest, aside, after] = seen;
    expect(inTest).toEqual(average);
    expect(aside).toEqual(weight);
    expect(after).toEqual(weight);
    expect(average).not.toEqual(weight);
  });

  test('with swapOnEpoch callbacks that follow see them at the end of an epoch, and they stay at the end', async () => {
    const [plain, swapped] = [compiled(), compiled()];
    const options = { batchSize: 5, epochs: 3, shuffle: false, verbose: 0 } as const;
    await plain.fit(x, y, options);
    const seen: number[][] = [];
    const look = lambdaCallback({ onEpochEnd: () => void seen.push(weights(swapped)) });
    await swapped.fit(x, y, { ...options, callbacks: [swapEMAWeights({ swapOnEpoch: true }), look] });
    expect(weights(swapped)).toEqual(weights(plain));
    expect(seen[2]).toEqual(weights(plain));
    expect(averages(swapped)).toEqual(averages(plain));
  });

  test('needs an optimizer that keeps averages', async () => {
    const fit = compiled(false).fit(x, y, { verbose: 0, validationData: [x, y], callbacks: swapEMAWeights() });
    await expect(fit).rejects.toThrow('it keeps no averages. Make it with `useEma: true`.');
  });
});
