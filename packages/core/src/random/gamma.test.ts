import { beforeAll, describe, expect, test } from 'vitest';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as random from './index.ts';

beforeAll(startJsBackend);

const COUNT = 8_000;

function moments(make: () => Tensor): { mean: number; variance: number; third: number } {
  const values = scope(() => Array.from(make().dataSync()));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const central = (power: number) => values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  return { mean, variance: central(2), third: central(3) };
}

describe.each([0.3, 1, 2.5, 40])('gamma with alpha %d', (alpha) => {
  const { mean, variance, third } = { mean: alpha, variance: alpha, third: 2 * alpha };

  test('has the mean, the variance and the third moment of the distribution', () => {
    const drawn = moments(() => random.gamma([COUNT], alpha, { seed: 7 }));
    expect(Math.abs(drawn.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / COUNT));
    expect(Math.abs(drawn.variance / variance - 1)).toBeLessThan(0.1);
    expect(Math.abs(drawn.third / third - 1)).toBeLessThan(alpha > 10 ? 1 : 0.3);
  });
});

describe.each([
  [0.5, 0.5],
  [2, 5],
  [30, 1],
])('beta with alpha %d and beta %d', (a, b) => {
  test('has the mean and the variance of the distribution', () => {
    const variance = (a * b) / ((a + b) ** 2 * (a + b + 1));
    const drawn = moments(() => random.beta([COUNT], a, b, { seed: 3 }));
    expect(Math.abs(drawn.mean - a / (a + b))).toBeLessThan(4 * Math.sqrt(variance / COUNT));
    expect(Math.abs(drawn.variance / variance - 1)).toBeLessThan(0.1);
  });
});

describe.each([
  [1, 0.3],
  [10, 0.3],
  [1000, 0.9],
])('binomial with %d trials of probability %d', (n, p) => {
  test('has the mean and the variance of the distribution, in whole numbers', () => {
    const drawn = moments(() => random.binomial([COUNT], n, p, { seed: 5 }));
    const variance = n * p * (1 - p);
    expect(Math.abs(drawn.mean - n * p)).toBeLessThan(4 * Math.sqrt(variance / COUNT));
    expect(Math.abs(drawn.variance / variance - 1)).toBeLessThan(0.1);
    const values = scope(() => Array.from(random.binomial([50], n, p, { seed: 5 }).dataSync()));
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= n)).toBe(true);
  });
});

test('small counts have the probabilities of the formula', () => {
  const values = scope(() => Array.from(random.binomial([COUNT], 2, 0.25, { seed: 6 }).dataSync()));
  const share = (k: number) => values.filter((value) => value === k).length / COUNT;
  // (3/4)², 2 · 1/4 · 3/4, (1/4)²
  [0.5625, 0.375, 0.0625].forEach((expected, k) => void expect(Math.abs(share(k) - expected)).toBeLessThan(0.02));
});

test('parameters may be tensors, one for each element', () => {
  const values = scope(() => Array.from(random.binomial([4], [0, 3, 5, 0], [0.5, 1, 0, 1], { seed: 1 }).dataSync()));
  expect(values).toEqual([0, 3, 0, 0]);
  const gammas = scope(() => Array.from(random.gamma([2, 3], [[1e-3], [1000]], { seed: 1 }).dataSync()));
  expect(gammas.slice(0, 3).every((value) => value < 1)).toBe(true);
  expect(gammas.slice(3).every((value) => value > 800 && value < 1200)).toBe(true);
});

test('the same seed gives the same values', () => {
  const read = (seed: number) => scope(() => Array.from(random.beta([5], 2, 3, { seed }).dataSync()));
  expect(read(1)).toEqual(read(1));
  expect(read(1)).not.toEqual(read(2));
});
