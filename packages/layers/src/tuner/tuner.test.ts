import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { memory, useBackend } from '@capas/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dense } from '../layers/index.ts';
import { sequential } from '../models/sequential.ts';
import { sgd } from '../optimizers/index.ts';
import { x, y } from '../testing/small-models.ts';
import {
  gridSearch,
  HyperParameters,
  hyperband,
  randomSearch,
  type Trial,
  type Tuner,
  type TunerConfig,
} from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-tuner-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One weight matrix that starts at 0, trained at a rate that is searched. */
function build(hp: HyperParameters, kernelInitializer: 'zeros' | 'glorotUniform' = 'zeros') {
  const model = sequential([dense({ units: 1, kernelInitializer, inputShape: [2], name: 'out' })]);
  model.compile({
    optimizer: sgd({ learningRate: hp.float('rate', { minValue: 1e-3, maxValue: 0.1, sampling: 'log' }) }),
    loss: 'mse',
  });
  return model;
}

const config = { hypermodel: build, objective: 'loss', seed: 7 } as const;
const quiet = { verbose: 0, epochs: 2 } as const;
const plain = (trials: readonly Trial[]) => trials.map(({ seconds, ...rest }) => rest);

test('a random search ranks its trials, and a second with this seed is the same', async () => {
  const first = await randomSearch({ ...config, maxTrials: 4 }).search(x, y, quiet);
  const second = await randomSearch({ ...config, maxTrials: 4 }).search(x, y, quiet);
  expect(plain(second.trials)).toEqual(plain(first.trials));
  expect(new Set(first.trials.map(({ values }) => values.rate)).size).toBe(4);
  // from weights of 0 the highest of these rates goes furthest
  const byRate = [...first.trials].sort((a, b) => Number(b.values.rate) - Number(a.values.rate));
  expect(first.getBestTrials(4).map(({ id }) => id)).toEqual(byRate.map(({ id }) => id));
  expect(first.getBestHyperparameters()[0]!.get('rate')).toBe(byRate[0]!.values.rate);
});

test('the best model has the weights of its best epoch', async () => {
  const search = await randomSearch({ ...config, maxTrials: 2 }).search(x, y, quiet);
  const [model] = await search.getBestModels();
  const { loss } = await model!.evaluate(x, y, { verbose: 0 });
  // the loss of an epoch is taken before its update, here of one batch: the weights are a step further
  expect(loss).toBeLessThan(search.getBestTrials()[0]!.score!);
  model!.dispose();
});

test('nothing is left in memory', async () => {
  await randomSearch({ ...config, maxTrials: 1 }).search(x, y, quiet);
  const before = memory().tensors;
  await randomSearch({ ...config, maxTrials: 2, executionsPerTrial: 2 }).search(x, y, quiet);
  expect(memory().tensors).toBe(before);
});

test('a search ends where all values were tried', async () => {
  const hypermodel = (hp: HyperParameters) => {
    hp.boolean('flag');
    hp.fixed('kind', 'plain');
    return build(new HyperParameters()).compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
  };
  const { trials } = await randomSearch({ ...config, hypermodel, maxTrials: 9 }).search(x, y, quiet);
  expect(trials.map(({ values }) => values.flag).sort()).toEqual([false, true]);
});

test('a grid goes through all combinations, of what a model asks for', async () => {
  const hypermodel = (hp: HyperParameters) => {
    hp.choice('optimizer', ['sgd', 'adam']);
    hp.conditionalScope('optimizer', ['sgd'], () => hp.int('momentum', { minValue: 1, maxValue: 5, step: 2 }));
    if (hp.boolean('wide')) hp.int('units', { minValue: 8, maxValue: 9 });
    return build(new HyperParameters());
  };
  const { trials } = await gridSearch({ ...config, hypermodel }).search(x, y, { verbose: 0 });
  const wide = [['false'], ['true', '8'], ['true', '9']];
  const expected = [['sgd', '1'], ['sgd', '3'], ['sgd', '5'], ['adam']].flatMap((start) =>
    wide.map((end) => [...start, ...end]),
  );
  expect(trials.map(({ values }) => Object.values(values).map(String))).toEqual(expected);
});

test('Hyperband goes on with the best, from their weights', async () => {
  const { trials } = await hyperband({ ...config, maxEpochs: 4, factor: 2 }).search(x, y, { verbose: 0 });
  // brackets 2, 1 and 0, with ceil(3 / (bracket + 1) · 2^left) models: 4 → 2 → 1, 3 → 2, 3
  expect(trials.map(({ epochs }) => epochs)).toEqual(
    [1, 1, 1, 1, 2, 2, 4, 2, 2, 2, 4, 4, 4, 4, 4].slice(0, trials.length),
  );
  expect(trials).toHaveLength(15);
  const byScore = trials.slice(0, 4).sort((a, b) => a.score! - b.score!);
  expect(trials.slice(4, 6).map(({ values }) => values)).toEqual(byScore.slice(0, 2).map(({ values }) => values));
  // what was trained for 1 and then for 1 more epoch is as far as what was trained for 2
  const rate = Number(trials[4]!.values.rate);
  const model = build(new HyperParameters({ rate }));
  const { history } = await model.fit(x, y, { epochs: 2, verbose: 0 });
  expect(trials[4]!.score).toBeCloseTo(history.loss![1]!, 6);
});

test('a search that was interrupted goes on as if it had not been', async () => {
  const make = (directory: string, maxTrials: number) =>
    randomSearch({
      ...config,
      hypermodel: (hp) => build(hp, 'glorotUniform'),
      directory: join(folder, directory),
      maxTrials,
    });
  await make('parts', 2).search(x, y, quiet);
  const parts = await make('parts', 4).search(x, y, quiet);
  const whole = await make('whole', 4).search(x, y, quiet);
  expect(plain(parts.trials)).toEqual(plain(whole.trials));
  expect(readdirSync(join(folder, 'parts'))).toContain('trial_0003.weights.h5');
  // those that are there are read, not run
  const file = join(folder, 'parts/trial_0001.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), score: -1 }));
  const again = await make('parts', 4).search(x, y, quiet);
  expect(again.getBestTrials()[0]!.id).toBe(1);
  const [best] = await again.getBestModels();
  expect(best!.isCompiled).toBe(true);
  const other = gridSearch({ ...config, directory: join(folder, 'parts') });
  await expect(other.search(x, y, quiet)).rejects.toThrow(/has another search.*overwrite: true/);
});

test('the mean of several executions, and what is searched beside the model', async () => {
  const sizes: unknown[] = [];
  const hypermodel: TunerConfig['hypermodel'] = {
    build: () => build(new HyperParameters()),
    fit: (hp, model, a, b, options) => {
      sizes.push(hp.choice('batchSize', [5, 10]));
      return model.fit(a, b, { ...options, batchSize: hp.get('batchSize') as number });
    },
  };
  const search = gridSearch({ ...config, hypermodel, executionsPerTrial: 2 });
  const { trials } = await search.search(x, y, quiet);
  expect(sizes).toEqual([5, 5, 10, 10]);
  expect(trials.map(({ values }) => values)).toEqual([{ batchSize: 5 }, { batchSize: 10 }]);
});

test('models that fail are trials; three in a row end the search', async () => {
  const search = gridSearch({
    ...config,
    hypermodel: (hp) => {
      if (hp.int('units', { minValue: 1, maxValue: 5 }) > 2) throw new Error('too wide');
      return build(new HyperParameters());
    },
  });
  await expect(search.search(x, y, quiet)).rejects.toThrow('too wide');
  expect(search.trials.map(({ status }) => status)).toEqual(['completed', 'completed', 'failed', 'failed', 'failed']);
  let text = '';
  search.resultsSummary({ print: (table) => (text = table) });
  expect(text.split('\n')[0]).toMatch(/^trial +loss +epoch +time {2}values$/);
  expect(text).toMatch(/^ +0 +\d\.\d+ +2\/2 +\d+\.\d s {2}units: 1$/m);
});

test('an objective that is no log, and options that cannot be used', async () => {
  const search: Tuner = randomSearch({ ...config, objective: 'val_loss' });
  await expect(search.search(x, y, quiet)).rejects.toThrow("Unknown objective: 'val_loss'.");
  expect(() => randomSearch({ ...config, maxTrials: 0 })).toThrow(
    'RandomSearch: `maxTrials` must be a positive integer.',
  );
  expect(() => hyperband({ ...config, factor: 1 })).toThrow('Hyperband: `factor` must be an integer of at least 2.');
});

test('domains', () => {
  const all = new HyperParameters();
  expect(all.int('units', { minValue: 32, maxValue: 100, step: 32, default: 64 })).toBe(64);
  all.int('log', { minValue: 1, maxValue: 100, step: 10, sampling: 'log' });
  all.float('rate', { minValue: 0, maxValue: 0.3, step: 0.1 });
  all.int('free', { minValue: 1, maxValue: 3, sampling: 'log' });
  expect(all.domains.units!.grid).toEqual([32, 64, 96]);
  expect(all.domains.log!.grid).toEqual([1, 10, 100]);
  expect(all.domains.rate!.grid).toHaveLength(4);
  expect([0, 0.99999].map((place) => all.domains.free!.at(place))).toEqual([1, 3]);
  const reverse = new HyperParameters();
  reverse.float('r', { minValue: 1, maxValue: 100, sampling: 'reverseLog' });
  // log sampling from the upper end: half of it within 1 + 100 − 10
  expect(reverse.domains.r!.at(0.5)).toBeCloseTo(91, 10);
  expect(() => hpFloat({ minValue: 0, maxValue: 1, sampling: 'log' })).toThrow(
    "hp.float('r'): `minValue` must be a number from",
  );
  expect(() => hpFloat({ minValue: 2, maxValue: 1 })).toThrow("hp.float('r'): `maxValue` must be a number from 2");
  expect(() => all.choice('none', [])).toThrow("hp.choice('none'): `values` must be a list of at least one value.");
});

const hpFloat = (range: Parameters<HyperParameters['float']>[1]) => new HyperParameters().float('r', range);
