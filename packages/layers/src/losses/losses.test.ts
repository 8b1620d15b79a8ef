import { cpu } from '@capas/backend-cpu';
import { gradients, memory, ops, type Tensor, type TensorLike, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { getLoss, type LossName } from './get-loss.ts';
import * as losses from './index.ts';
import type { Loss } from './loss.ts';

/** A value worked out by hand for every loss, from the formula in its documentation. */
const byHand: readonly [className: string, yTrue: TensorLike, yPred: TensorLike, value: number, config?: object][] = [
  ['BinaryCrossentropy', [[1], [0]], [[0.5], [0.5]], Math.LN2],
  ['BinaryFocalCrossentropy', [[1]], [[0.5]], 0.25 * Math.LN2],
  ['CTC', [[1]], [[[0, 0]]], Math.LN2],
  ['CategoricalCrossentropy', [[0, 1]], [[0.5, 0.5]], Math.LN2],
  ['CategoricalFocalCrossentropy', [[0, 1]], [[0.5, 0.5]], (0.25 / 4) * Math.LN2],
  ['CategoricalGeneralizedCrossEntropy', [1], [[0.75, 0.25]], 1],
  ['CategoricalHinge', [[0, 1]], [[0.6, 0.4]], 1.2],
  // distances: to the one of its class 0, to the other 1. Of its class: 5 · 0.4 · −0.4; of the other: 5 · 0.4 · −0.4
  [
    'Circle',
    [0, 0, 1],
    [
      [1, 0],
      [1, 0],
      [0, 1],
    ],
    Math.log1p(Math.exp(-1.6)),
    { gamma: 5 },
  ],
  ['CosineSimilarity', [[0, 1]], [[0, 5]], -1],
  ['Dice', [[1, 1, 0]], [[1, 0, 0]], 1 / 3],
  ['Hinge', [[1, -1]], [[0.5, -2]], 0.25],
  ['Huber', [[0, 0]], [[1, 3]], 1.5],
  ['KLDivergence', [[0.5, 0.5]], [[0.25, 0.75]], 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)],
  ['LogCosh', [[0]], [[1]], Math.log(Math.cosh(1))],
  ['MeanAbsoluteError', [[0, 1]], [[0, 3]], 1],
  ['MeanAbsolutePercentageError', [[2, 4]], [[1, 4]], 25],
  ['MeanSquaredError', [[0, 1]], [[0, 3]], 2],
  ['MeanSquaredLogarithmicError', [[0]], [[Math.E - 1]], 1],
  ['Poisson', [[1]], [[1]], 1],
  ['SparseCategoricalCrossentropy', [1], [[0, 0]], Math.LN2, { fromLogits: true }],
  ['SquaredHinge', [[1, -1]], [[0.5, -2]], 0.125],
  ['Tversky', [[1, 1, 0]], [[1, 0, 0]], 1 / 3],
];

type LossClass = (new (config?: object) => Loss) & { readonly className: string };
const classes = Object.values(losses).filter(
  (value): value is LossClass & typeof value => 'className' in Object(value) && value !== losses.LossFunctionWrapper,
) as unknown as LossClass[];

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

test('every loss stands in the table', () => {
  const named = classes.map(({ className }) => className).filter((name) => name !== 'Loss');
  expect(byHand.map(([name]) => name)).toEqual(named.sort());
});

describe.each(byHand)('%s', (className, yTrue, yPred, value, config = {}) => {
  const LossClass = classes.find((candidate) => candidate.className === className)!;

  test('has the value worked out by hand, and leaves nothing behind', () => {
    const loss = new LossClass(config);
    const before = memory().tensors;
    const result = loss.apply(yTrue, yPred);
    expect(result.shape).toEqual([]);
    expect(result.dataSync()[0]).toBeCloseTo(value, 5);
    result.dispose();
    expect(memory().tensors).toBe(before);
  });

  test('weighs samples, and doubles with their weight', () => {
    const loss = new LossClass({ ...config, reduction: 'sum' });
    const [once, twice] = [loss.apply(yTrue, yPred), loss.apply(yTrue, yPred, 2)];
    expect(twice.dataSync()[0]).toBeCloseTo(2 * once.dataSync()[0]!, 4);
  });

  test('is found by its name in both spellings', () => {
    const name = className[0]!.toLowerCase() + className.slice(1);
    const camel = className === 'KLDivergence' ? 'klDivergence' : name;
    const snake = camel.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    for (const id of [camel, snake, className]) expect(getLoss(id as LossName)).toBeInstanceOf(LossClass);
  });

  test('has a frozen config and a factory', () => {
    const loss = new LossClass(config);
    expect(Object.isFrozen(loss.config)).toBe(true);
    expect(Object.values(losses).some((make) => isFactoryOf(make, LossClass))).toBe(true);
  });
});

const isFactoryOf = (make: unknown, LossClass: LossClass): boolean =>
  typeof make === 'function' &&
  !('className' in make) &&
  make.name.toLowerCase() === LossClass.className.toLowerCase() &&
  (make as () => unknown)() instanceof LossClass;

test('the crossentropies of a logit of exactly 0 pull towards the label', () => {
  const gradientOf = (loss: Loss, yTrue: TensorLike, shape: number[]): number[] => {
    const [gradient] = gradients((x: Tensor) => loss.apply(yTrue, x), [ops.zeros(shape)]);
    return [...gradient!.dataSync()];
  };
  // sigmoid(0) − 1 and softmax([0, 0]) − [0, 1]
  expect(gradientOf(losses.binaryCrossentropy({ fromLogits: true }), [[1]], [1, 1])).toEqual([-0.5]);
  expect(gradientOf(losses.sparseCategoricalCrossentropy({ fromLogits: true }), [1], [1, 2])).toEqual([0.5, -0.5]);
  expect(gradientOf(losses.categoricalCrossentropy({ fromLogits: true }), [[0, 1]], [1, 2])).toEqual([0.5, -0.5]);
});

test('logits of any size give finite losses', () => {
  const value = (loss: Loss, yTrue: TensorLike, yPred: TensorLike) => loss.apply(yTrue, yPred).dataSync()[0];
  expect(value(losses.binaryCrossentropy({ fromLogits: true }), [[1]], [[-1000]])).toBe(1000);
  expect(value(losses.sparseCategoricalCrossentropy({ fromLogits: true }), [1], [[1000, 0]])).toBe(1000);
  // probabilities are kept 1e-7 away from 0: −ln(1e-7) = 16.118
  expect(value(losses.binaryCrossentropy(), [[1]], [[0]])).toBeCloseTo(16.118, 2);
});

test('ignored labels have no part in the mean', () => {
  const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: -1 });
  expect(
    loss
      .apply(
        [1, -1, -1],
        [
          [0, 0],
          [5, 0],
          [0, 9],
        ],
      )
      .dataSync()[0],
  ).toBeCloseTo(Math.LN2, 6);
});

describe('bad input', () => {
  const text = (fn: () => unknown): string => {
    try {
      fn();
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return 'no error';
  };

  test('shapes that do not fit name the loss, both shapes and what to do', () => {
    const [labels, oneHot, scores] = [ops.zeros([4]), ops.zeros([4, 3]), ops.ones([4, 3])];
    expect(text(() => losses.categoricalCrossentropy().apply(labels, scores))).toBe(
      "ShapeError: CategoricalCrossentropy: `yTrue` must have the shape of `yPred`. Received: yTrue [4], yPred [4, 3]. For integer labels use SparseCategoricalCrossentropy ('sparseCategoricalCrossentropy'), or make them one-hot: toCategorical(y, 3).",
    );
    expect(text(() => losses.sparseCategoricalCrossentropy().apply(oneHot, scores))).toBe(
      "ShapeError: SparseCategoricalCrossentropy: `yTrue` must have one label for each prediction, [4]. Received: yTrue [4, 3], yPred [4, 3]. For one-hot labels use CategoricalCrossentropy ('categoricalCrossentropy').",
    );
    expect(text(() => losses.binaryCrossentropy().apply(labels, scores))).toBe(
      'ShapeError: BinaryCrossentropy: `yTrue` must have the shape of `yPred`. Received: yTrue [4], yPred [4, 3]. For labels of more than two classes use a categorical loss.',
    );
    expect(text(() => losses.meanSquaredError().apply(ops.zeros([4, 2]), scores))).toBe(
      'ShapeError: MeanSquaredError: `yTrue` must have the shape of `yPred`. Received: yTrue [4, 2], yPred [4, 3]. Each sample has 2 targets: give the last layer 2 units.',
    );
  });

  test('options out of range are refused', () => {
    expect(text(() => losses.meanSquaredError({ reduction: 'average' as 'mean' }))).toBe(
      "ArgumentError: MeanSquaredError: `reduction` must be one of 'sumOverBatchSize', 'sum', 'mean', 'meanWithSampleWeight', 'none'. Received: 'average'.",
    );
    expect(text(() => losses.binaryCrossentropy({ labelSmoothing: 2 }))).toBe(
      'ArgumentError: BinaryCrossentropy: `labelSmoothing` must be a number from 0 to 1. Received: 2.',
    );
    expect(text(() => losses.categoricalGeneralizedCrossEntropy({ q: 1 }))).toBe(
      'ArgumentError: CategoricalGeneralizedCrossEntropy: `q` must be a number between 0 and 1, both excluded. Received: 1.',
    );
    expect(text(() => losses.sparseCategoricalCrossentropy({ axis: 1 as -1 }))).toBe(
      'ArgumentError: SparseCategoricalCrossentropy: `axis` must be the last one, -1. Received: 1.',
    );
    expect(
      text(() =>
        losses.circle().apply(
          [0, 1, 2],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      ),
    ).toBe(
      'ShapeError: Circle: `yTrue` must be [batch] and `yPred` [batch, dimensions]. Received: yTrue [3], yPred [2, 2].',
    );
  });
});
