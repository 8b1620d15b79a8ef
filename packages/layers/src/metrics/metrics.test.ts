import { cpu } from '@capas/backend-cpu';
import { memory, type TensorLike, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import * as metrics from './index.ts';
import type { Metric } from './metric.ts';

/** A value worked out by hand for every metric. */
const byHand: readonly [
  className: string,
  yTrue: TensorLike,
  yPred: TensorLike | undefined,
  value: number | number[],
  config?: object,
][] = [
  // of the pairs of a 0 and a 1, three of four are in order
  ['AUC', [0, 0, 1, 1], [0, 0.5, 0.3, 0.9], 0.75, { numThresholds: 3 }],
  ['Accuracy', [1, 2], [1, 3], 0.5],
  ['BinaryAccuracy', [[1], [0]], [[0.9], [0.6]], 0.5],
  ['BinaryCrossentropy', [[1], [0]], [[0.5], [0.5]], Math.LN2],
  ['BinaryIoU', [0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7], 1 / 3, { threshold: 0.3 }],
  [
    'CategoricalAccuracy',
    [
      [0, 1],
      [1, 0],
    ],
    [
      [0.1, 0.9],
      [0.4, 0.6],
    ],
    0.5,
  ],
  ['CategoricalCrossentropy', [[0, 1]], [[0.5, 0.5]], Math.LN2],
  ['CategoricalHinge', [[0, 1]], [[0.6, 0.4]], 1.2],
  // shifted by 1: 2 · 2/3 / (2/3 + 2/3 + 1)
  ['ConcordanceCorrelation', [[0, 1, 2]], [[1, 2, 3]], 4 / 7],
  ['CosineSimilarity', [[0, 1]], [[0, 5]], 1],
  ['F1Score', [[1], [0]], [[0.9], [0.8]], [2 / 3], { threshold: 0.5 }],
  // precision 1/2, recall 1: 5 · 0.5 / (4 · 0.5 + 1)
  ['FBetaScore', [[1], [0]], [[0.9], [0.8]], 5 / 6, { threshold: 0.5, beta: 2, average: 'micro' }],
  ['FalseNegatives', [1, 1, 0], [0.2, 0.9, 0.6], 1],
  ['FalsePositives', [1, 1, 0], [0.2, 0.9, 0.6], 1],
  ['Hinge', [[1, -1]], [[0.5, -2]], 0.25],
  ['IoU', [0, 0, 1, 1], [0, 1, 0, 1], 1 / 3, { numClasses: 2, targetClassIds: [0] }],
  ['KLDivergence', [[0.5, 0.5]], [[0.25, 0.75]], 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)],
  ['LogCoshError', [[0]], [[1]], Math.log(Math.cosh(1))],
  ['Mean', [1, 3], undefined, 2],
  ['MeanAbsoluteError', [[0], [1]], [[2], [1]], 1],
  ['MeanAbsolutePercentageError', [[2]], [[1]], 50],
  ['MeanIoU', [0, 0, 1, 1], [0, 1, 0, 1], 1 / 3, { numClasses: 2 }],
  ['MeanSquaredError', [[0], [1]], [[2], [1]], 2],
  ['MeanSquaredLogarithmicError', [[0]], [[Math.E - 1]], 1],
  [
    'OneHotIoU',
    [
      [1, 0],
      [0, 1],
    ],
    [
      [0.8, 0.2],
      [0.6, 0.4],
    ],
    0.5,
    { numClasses: 2, targetClassIds: [0] },
  ],
  // of class 0: 1/2; of class 1: 0/1
  [
    'OneHotMeanIoU',
    [
      [1, 0],
      [0, 1],
    ],
    [
      [0.8, 0.2],
      [0.6, 0.4],
    ],
    0.25,
    { numClasses: 2 },
  ],
  ['PearsonCorrelation', [[0, 1, 2]], [[1, 3, 5]], 1],
  ['Poisson', [[1]], [[1]], 1],
  ['Precision', [1, 0], [0.9, 0.6], 0.5],
  // from 0.4 on everything is found with one error; at 0.8 half of it with none
  ['PrecisionAtRecall', [1, 1, 0, 0], [0.9, 0.5, 0.6, 0.1], 2 / 3, { recall: 0.8 }],
  ['R2Score', [[1], [2], [3]], [[1], [2], [4]], 0.5],
  ['Recall', [1, 0], [0.9, 0.6], 1],
  ['RecallAtPrecision', [1, 1, 0, 0], [0.9, 0.5, 0.6, 0.1], 0.5, { precision: 0.8 }],
  ['RootMeanSquaredError', [[0], [1]], [[2], [1]], Math.SQRT2],
  ['SensitivityAtSpecificity', [1, 1, 0, 0], [0.9, 0.5, 0.6, 0.1], 1, { specificity: 0.5 }],
  [
    'SparseCategoricalAccuracy',
    [1, 0],
    [
      [0.1, 0.9],
      [0.4, 0.6],
    ],
    0.5,
  ],
  ['SparseCategoricalCrossentropy', [1], [[0.5, 0.5]], Math.LN2],
  [
    'SparseTopKCategoricalAccuracy',
    [0, 2],
    [
      [0.3, 0.5, 0.2],
      [0.3, 0.5, 0.2],
    ],
    0.5,
    { k: 2 },
  ],
  ['SpecificityAtSensitivity', [1, 1, 0, 0], [0.9, 0.5, 0.6, 0.1], 0.5, { sensitivity: 1 }],
  ['SquaredHinge', [[1, -1]], [[0.5, -2]], 0.125],
  ['Sum', [1, 3], undefined, 4],
  ['TopKCategoricalAccuracy', [[1, 0, 0]], [[0.3, 0.5, 0.2]], 1, { k: 2 }],
  ['TrueNegatives', [0, 0, 1], [0.2, 0.9, 0.6], 1],
  ['TruePositives', [1, 1, 0], [0.2, 0.9, 0.6], 1],
];

type MetricClass = (new (config?: object) => Metric) & { readonly className: string };
const classes = Object.values(metrics).filter(
  (value) => 'className' in Object(value) && value !== metrics.MeanMetricWrapper && value !== metrics.Metric,
) as unknown as MetricClass[];

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test('every metric stands in the table', () => {
  expect(byHand.map(([name]) => name)).toEqual(classes.map(({ className }) => className).sort());
});

describe.each(byHand)('%s', (className, yTrue, yPred, value, config = {}) => {
  const MetricClass = classes.find((candidate) => candidate.className === className)!;
  const update = (metric: Metric): void => {
    if (yPred === undefined) (metric as metrics.Mean<string>).updateState(yTrue);
    else metric.updateState(yTrue, yPred);
  };
  const read = (metric: Metric): number[] => {
    const result = metric.result();
    const values = [...result.dataSync()];
    result.dispose();
    return values;
  };
  const expectValue = (metric: Metric): void => {
    const wanted = [value].flat();
    for (const [i, item] of read(metric).entries()) expect(item).toBeCloseTo(wanted[i]!, 5);
  };

  test('has the value worked out by hand, again after a reset', () => {
    using metric = new MetricClass(config);
    update(metric);
    expectValue(metric);
    metric.resetState();
    update(metric);
    expectValue(metric);
  });

  test('holds its state and no tensor more', () => {
    const before = memory().tensors;
    const metric = new MetricClass(config);
    expect(memory().tensors).toBe(before);
    for (let batch = 0; batch < 3; batch++) {
      update(metric);
      read(metric);
    }
    expect(memory().tensors).toBe(before + metric.variables.filter(({ isInitialized }) => isInitialized).length);
    metric.resetState();
    metric.dispose();
    expect(memory().tensors).toBe(before);
    expect(() => update(metric)).toThrow(`Metric '${metric.name}' was disposed of and cannot be used any more.`);
  });

  test('has a name of its own choice, a frozen config, and state of the kind of metrics', () => {
    const metric = new MetricClass({ ...config, name: 'mine' });
    expect(metric.name).toBe('mine');
    expect(Object.isFrozen(metric.config)).toBe(true);
    update(metric);
    for (const variable of metric.variables) {
      expect([variable.kind, variable.trainable, variable.path]).toEqual(['metric', false, `mine/${variable.name}`]);
    }
    metric.dispose();
  });
});
