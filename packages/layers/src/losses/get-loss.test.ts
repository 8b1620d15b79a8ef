import { cpu } from '@capas/backend-cpu';
import { ops, type Tensor, useBackend } from '@capas/core';
import { expect, test } from 'vitest';
import { getLoss, type LossName } from './get-loss.ts';
import { Huber } from './huber.ts';

const className = (id: Parameters<typeof getLoss>[0], ...shapes: (number | null)[][]): string => {
  const [yTrueShape, yPredShape] = shapes;
  const loss = yTrueShape && yPredShape ? getLoss(id, { yTrueShape, yPredShape }) : getLoss(id);
  return (loss.constructor as typeof Huber).className;
};

test('short names', () => {
  expect(className('mse')).toBe('MeanSquaredError');
  expect(className('MAE' as LossName)).toBe('MeanAbsoluteError');
  expect(className('bce')).toBe('BinaryCrossentropy');
  expect(className('kld')).toBe('KLDivergence');
  expect(className('mape')).toBe('MeanAbsolutePercentageError');
  expect(className('msle')).toBe('MeanSquaredLogarithmicError');
});

test('crossentropy chooses by the shapes', () => {
  expect(className('crossentropy', [null, 1], [null, 1])).toBe('BinaryCrossentropy');
  expect(className('crossentropy', [null], [null, 10])).toBe('SparseCategoricalCrossentropy');
  expect(className('ce', [null, 1], [null, 10])).toBe('SparseCategoricalCrossentropy');
  expect(className('ce', [null, 10], [null, 10])).toBe('CategoricalCrossentropy');
});

test('a loss is itself, a function is wrapped, a saved loss is made again', async () => {
  const loss = new Huber({ delta: 2 });
  expect(getLoss(loss)).toBe(loss);
  const saved = getLoss({ class_name: 'Huber', config: { delta: 3, reduction: 'sum' } });
  expect((saved as Huber).config.delta).toBe(3);
  expect(saved.reduction).toBe('sum');
  await useBackend(cpu({ prefer: ['js'] }));
  const signedError = (yTrue: Tensor, yPred: Tensor): Tensor => ops.subtract(yPred, yTrue);
  const wrapped = getLoss(signedError);
  expect(wrapped.name).toBe('signedError');
  // [3] and [3, 1] are made one shape before the function is called: no [3, 3] by broadcasting
  expect([...wrapped.apply([1, 1, 1], [[2], [3], [7]]).dataSync()]).toEqual([3]);
});

test('names that do not exist are told the nearest', () => {
  expect(() => getLoss('mean_squred_error' as LossName)).toThrow(
    "Unknown loss: 'mean_squred_error'. Did you mean 'meanSquaredError'",
  );
});
