import { cpu } from '@capas/backend-cpu';
import { scope, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { getLoss, type LossName } from '../losses/index.ts';
import { getMetric, type MetricName } from './get-metric.ts';
import { huber } from './huber.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const yTrue = [
  [1, 0],
  [0, 1],
];
const yPred = [
  [0.75, 0.25],
  [0.5, 0.5],
];

test.each(['binary_focal_crossentropy', 'categorical_focal_crossentropy', 'huber', 'log_cosh'] as const)(
  '%s is the mean of the loss over batches',
  (name: LossName & MetricName) => {
    scope(() => {
      const metric = getMetric(name);
      expect([metric.name, metric.direction]).toEqual([name, 'down']);
      for (const i of [0, 1]) metric.updateState([yTrue[i]!], [yPred[i]!]);
      const [loss] = getLoss(name).apply(yTrue, yPred).dataSync();
      expect(metric.result().dataSync()[0]).toBeCloseTo(loss!, 6);
      metric.dispose();
    });
  },
);

test('options of the loss, and a name of its own', () => {
  scope(() => {
    const metric = huber({ delta: 0.5, name: 'robust' });
    metric.updateState([[0]], [[2]]);
    expect(metric.name).toBe('robust');
    expect(metric.result().dataSync()[0]).toBeCloseTo(0.5 * 2 - 0.125, 6);
    metric.dispose();
  });
});
