import { cpu } from '@capas/backend-cpu';
import { type Tensor, useBackend } from '@capas/core';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { layers, metrics, model, type SymbolicTensor, sequential } from '../index.ts';
import { linear, x, y } from '../testing/small-models.ts';

// The compiler is the test here: what must not compile says so by `@ts-expect-error`. The code runs, too.

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const quiet = { verbose: 0 } as const;

test('the logs are known by their names', async () => {
  const net = linear().compile({
    optimizer: 'adam',
    loss: 'mse',
    metrics: ['mae', metrics.meanSquaredError({ name: 'mine' })],
  });
  const trained = await net.fit(x, y, quiet);
  expectTypeOf(trained.history.loss).toEqualTypeOf<number[]>();
  expectTypeOf(trained.history.mae).toEqualTypeOf<number[]>();
  expectTypeOf(trained.history.mine).toEqualTypeOf<number[]>();
  // @ts-expect-error no such metric was asked for
  expect(trained.history.accuracy).toBeUndefined();
  // @ts-expect-error no validation was asked for
  expect(trained.history.val_loss).toBeUndefined();
  // @ts-expect-error nor has it a best value
  expect(() => trained.best('val_loss')).toThrow("Unknown log: 'val_loss'");
  expectTypeOf(trained.best('mine')).toEqualTypeOf<{ readonly epoch: number; readonly value: number }>();
  expect(Object.keys(trained.history)).toEqual(['loss', 'mae', 'mine']);
});

test('validation adds names with val_', async () => {
  const net = linear().compile({ loss: 'mse', metrics: ['mae'] });
  const split = await net.fit(x, y, { ...quiet, validationSplit: 0.2 });
  const given = await net.fit(x, y, { ...quiet, validationData: [x, y] });
  for (const { history } of [split, given]) {
    expectTypeOf(history.val_loss).toEqualTypeOf<number[]>();
    expectTypeOf(history.val_mae).toEqualTypeOf<number[]>();
    expect([history.val_loss.length, history.val_mae.length]).toEqual([1, 1]);
  }
});

test('so are those of evaluate and of single batches', async () => {
  const net = linear().compile({ loss: 'mse', metrics: ['mae'], weightedMetrics: ['mse'] });
  const logs = await net.evaluate(x, y, quiet);
  expectTypeOf(logs.mae).toEqualTypeOf<number>();
  expectTypeOf(logs.mse).toEqualTypeOf<number>();
  expectTypeOf((await net.trainOnBatch(x, y)).loss).toEqualTypeOf<number>();
  // @ts-expect-error no such log
  expect(logs.accuracy).toBeUndefined();
});

test('wrong names are errors of the compiler', () => {
  const net = linear();
  // @ts-expect-error a loss
  expect(() => net.compile({ loss: 'msee' })).toThrow();
  // @ts-expect-error a metric
  expect(() => net.compile({ loss: 'mse', metrics: ['accuracyy'] })).toThrow();
  // @ts-expect-error an optimizer
  expect(() => net.compile({ loss: 'mse', optimizer: 'adamm' })).toThrow();
  // @ts-expect-error an option
  expect(() => net.compile({ loss: 'mse', metric: ['mae'] })).toThrow();
  // @ts-expect-error an option of a layer that must be there
  expect(() => layers.dense({})).toThrow();
  // @ts-expect-error an activation
  expect(() => layers.dense({ units: 1, activation: 'rellu' })).toThrow();
  net.compile({ optimizer: 'rmsprop', loss: 'mean_squared_error' });
});

test('as a statement, compile leaves the names open', async () => {
  const net = linear();
  net.compile({ loss: 'mse', metrics: ['mae'] });
  const { history } = await net.fit(x, y, quiet);
  expectTypeOf(history).toEqualTypeOf<{ [name: string]: number[] }>();
  expect(history.mae).toHaveLength(1);
});

test('a layer maps tensors to tensors and symbolic ones to symbolic ones', () => {
  const layer = layers.dense({ units: 1 });
  expectTypeOf(layer).toBeCallableWith([[1]]);
  expectTypeOf(layer.config.units).toEqualTypeOf<number>();
  expectTypeOf(layer.config.useBias).toEqualTypeOf<boolean>();
  const symbol = layers.input({ shape: [2] });
  expectTypeOf(symbol).toEqualTypeOf<SymbolicTensor>();
  expectTypeOf(layer(symbol)).toEqualTypeOf<SymbolicTensor>();
  expectTypeOf(layer.apply(symbol)).toEqualTypeOf<SymbolicTensor>();
  const value = sequential([layers.flatten()])([[1, 2]]);
  expectTypeOf(value).toEqualTypeOf<Tensor>();
  expect(value.shape).toEqual([1, 2]);
  value.dispose();
  // @ts-expect-error the config is read-only
  expect(() => (layer.config.units = 3)).toThrow();
  expect(model({ inputs: symbol, outputs: symbol }).inputShapes).toEqual([[null, 2]]);
});

test('predict gives a tensor, or what it is told', () => {
  const net = linear();
  expectTypeOf(net.predict(x)).resolves.toEqualTypeOf<Tensor>();
  expectTypeOf(net.predict<Tensor[]>(x)).resolves.toEqualTypeOf<Tensor[]>();
  expectTypeOf(net.predictOnBatch).returns.toExtend<Tensor | readonly Tensor[]>();
});
