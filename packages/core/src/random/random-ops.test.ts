import { beforeAll, expect, test } from 'vitest';
import { memory, scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as random from './random-ops.ts';

beforeAll(startJsBackend);

const COUNT = 40_000;

const read = (make: () => Tensor): number[] => scope(() => Array.from(make().dataSync()));

function moments(values: readonly number[]): { mean: number; deviation: number; low: number; high: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return { mean, deviation, low, high };
}

test('a seed that is a number gives the same tensor each time', () => {
  const draw = (seed: number) => read(() => random.normal([6], { seed }));
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
});

test('the first values for seed 0 follow from the first known answer of Philox', () => {
  const words = [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8];
  expect(read(() => random.uniform([4], { seed: 0 }))).toEqual(words.map((word) => Math.floor(word / 256) / 2 ** 24));
});

test('uniform', () => {
  const { mean, deviation, low, high } = moments(
    read(() => random.uniform([COUNT], { minval: -1, maxval: 3, seed: 1 })),
  );
  expect([low >= -1, high < 3]).toEqual([true, true]);
  expect(Math.abs(mean - 1)).toBeLessThan(0.03);
  expect(Math.abs(deviation - 4 / Math.sqrt(12))).toBeLessThan(0.02);
});

test('normal', () => {
  const { mean, deviation } = moments(read(() => random.normal([COUNT], { mean: 2, stddev: 3, seed: 2 })));
  expect(Math.abs(mean - 2)).toBeLessThan(0.075);
  expect(Math.abs(deviation - 3)).toBeLessThan(0.055);
});

test('truncatedNormal stays within two standard deviations', () => {
  const { mean, deviation, low, high } = moments(read(() => random.truncatedNormal([COUNT], { stddev: 0.5, seed: 3 })));
  expect([low > -1, high < 1]).toEqual([true, true]);
  expect(Math.abs(mean)).toBeLessThan(0.012);
  // the standard deviation of a standard normal distribution cut off at ±2
  expect(Math.abs(deviation - 0.5 * 0.87962566)).toBeLessThan(0.008);
});

test('randint takes every value and never the upper bound', () => {
  const values = read(() => random.randint([COUNT], -2, 3, { seed: 4 }));
  expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
  expect(Math.abs(moments(values).mean)).toBeLessThan(0.04);
  expect(() => random.randint([1], 3, 3)).toThrow('random.randint: `maxval` must be an integer above minval (3)');
  expect(scope(() => random.uniform([2], { dtype: 'int32', maxval: 9, seed: 1 }).dtype)).toBe('int32');
});

test('bernoulli', () => {
  const { mean, low, high } = moments(read(() => random.bernoulli([COUNT], 0.3, { seed: 5 })));
  expect([low, high]).toEqual([0, 1]);
  expect(Math.abs(mean - 0.3)).toBeLessThan(0.012);
});

test('categorical draws classes by their probabilities', () => {
  const logits = [[Math.log(0.5), Math.log(0.3), Math.log(0.2)]];
  const counts = [0, 0, 0];
  for (const value of read(() => random.categorical(logits, COUNT, { seed: 6 }))) counts[value]!++;
  [0.5, 0.3, 0.2].forEach((p, i) => {
    expect(Math.abs(counts[i]! / COUNT - p)).toBeLessThan(0.015);
  });
  expect(() => random.categorical([1, 2], 1)).toThrow('of shape [batch, classes]');
});

test('shuffle keeps rows together and holds each once', () => {
  const rows = scope(() =>
    random
      .shuffle(
        [
          [0, 0],
          [1, 10],
          [2, 20],
          [3, 30],
          [4, 40],
        ],
        { seed: 8 },
      )
      .arraySync(),
  ) as number[][];
  expect(rows.every(([a, b]) => b === 10 * a!)).toBe(true);
  expect(rows.map(([a]) => a!).sort()).toEqual([0, 1, 2, 3, 4]);
  expect(rows.map(([a]) => a)).not.toEqual([0, 1, 2, 3, 4]);
});

test('dropout drops the share and keeps the expectation', () => {
  const values = read(() => random.dropout(new Float32Array(COUNT).fill(2), 0.25, { seed: 9 }));
  const dropped = values.filter((value) => value === 0).length / COUNT;
  expect(Math.abs(dropped - 0.25)).toBeLessThan(0.011);
  expect(values.every((value) => value === 0 || Math.abs(value - 2 / 0.75) < 1e-6)).toBe(true);
  expect(read(() => random.dropout([1, 2], 0))).toEqual([1, 2]);
  expect(read(() => random.dropout([1, 2], 1))).toEqual([0, 0]);
  expect(() => random.dropout([1], 1.5)).toThrow('random.dropout: `rate` must be a number from 0 to 1. Received: 1.5.');
});

test('a noise shape makes one decision for the whole axis', () => {
  const rows = scope(() =>
    random
      .dropout(
        Array.from({ length: 50 }, () => [1, 1, 1]),
        0.5,
        { seed: 2, noiseShape: [null, 1] },
      )
      .arraySync(),
  ) as number[][];
  expect(rows.every((row) => new Set(row).size === 1)).toBe(true);
  expect(new Set(rows.map((row) => row[0])).size).toBe(2);
});

test('every op leaves one tensor behind: its result', () => {
  const calls = [
    () => random.uniform([2], { seed: 1, minval: 1, maxval: 4 }),
    () => random.normal([2], { seed: 1, mean: 1, stddev: 3 }),
    () => random.truncatedNormal([2], { seed: 1 }),
    () => random.randint([2], 0, 9, { seed: 1 }),
    () => random.bernoulli([2], 0.5, { seed: 1 }),
    () => random.categorical([[1, 2]], 3, { seed: 1 }),
    () => random.shuffle([1, 2, 3], { seed: 1 }),
    () => random.dropout([1, 2], 0.5, { seed: 1 }),
  ];
  for (const call of calls) {
    const before = memory().tensors;
    const result = call();
    expect(memory().tensors).toBe(before + 1);
    result.dispose();
  }
});
