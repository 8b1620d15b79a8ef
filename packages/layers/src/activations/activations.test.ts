import { cpu } from '@capas/backend-cpu';
import { ops, scope, type Tensor, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import * as activations from './index.ts';
import { type ActivationName, activationName, getActivation } from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

const values = (make: () => Tensor): number[] => scope(() => [...make().dataSync()]);

test('relu limits, leaks and starts where it is told', () => {
  const x = [-2, 0.5, 1.5, 9];
  expect(values(() => activations.relu(x))).toEqual([0, 0.5, 1.5, 9]);
  expect(values(() => activations.relu(x, { maxValue: 6 }))).toEqual([0, 0.5, 1.5, 6]);
  // below the threshold 1: 0.5 · (x − 1)
  expect(values(() => activations.relu(x, { threshold: 1, negativeSlope: 0.5 }))).toEqual([-1.5, -0.25, 1.5, 9]);
});

test('gelu is exact by default', () => {
  // Φ(1) = 0.841345
  expect(values(() => activations.gelu([1]))[0]).toBeCloseTo(0.841345, 5);
  expect(values(() => activations.gelu([1], { approximate: true }))[0]).toBeCloseTo(0.841192, 5);
});

test('linear returns the tensor itself', () => {
  const x = toTensor([1, 2]);
  expect(activations.linear(x)).toBe(x);
});

describe('getActivation', () => {
  test.each(['leakyRelu', 'leaky_relu', 'LeakyReLU'])('finds %s', (name) => {
    expect(getActivation(name as ActivationName)).toBe(activations.leakyRelu);
  });

  test('knows aliases', () => {
    expect(getActivation('swish')).toBe(activations.silu);
    expect(getActivation('hard_swish')).toBe(activations.hardSilu);
  });

  test('takes functions, what Keras writes for a function, and nothing', () => {
    const square = (x: Tensor): Tensor => ops.square(x);
    expect(getActivation(square)).toBe(square);
    expect(getActivation({ class_name: 'function', config: 'relu' })).toBe(activations.relu);
    expect(getActivation(null)).toBe(activations.linear);
  });

  test('suggests the nearest name', () => {
    expect(() => getActivation('rleu' as 'relu')).toThrow("Unknown activation: 'rleu'. Did you mean");
    expect(() => getActivation(3 as never)).toThrow('activation: `identifier` must be a name, a function or a layer');
  });
});

test('every name leads back to itself', () => {
  for (const name of ['relu', 'softmax', 'hardSilu', 'linear'] as const) {
    expect(activationName(getActivation(name))).toBe(name);
  }
  expect(activationName((x) => x)).toBeUndefined();
});
