import { cpu } from '@capas/backend-cpu';
import { memory, ops, SeedGenerator, type Shape, scope, setSeed, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  computeFans,
  constant,
  getInitializer,
  glorotUniform,
  type Initializer,
  type InitializerName,
  identity,
  orthogonal,
  randomNormal,
  stft,
  varianceScaling,
} from './index.ts';

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
});

const draw = (initializer: Initializer, shape: Shape): number[] =>
  scope(() => [...initializer.call(shape, 'float32').dataSync()]);

describe('random initializers', () => {
  test('one gives the same values each time, two give different ones', () => {
    const first = glorotUniform();
    expect(draw(first, [3, 4])).toEqual(draw(first, [3, 4]));
    expect(draw(first, [3, 4])).not.toEqual(draw(glorotUniform(), [3, 4]));
  });

  test('repeat themselves after setSeed', () => {
    setSeed(7);
    const before = draw(getInitializer('heNormal'), [3, 4]);
    setSeed(7);
    expect(draw(getInitializer('heNormal'), [3, 4])).toEqual(before);
  });

  test('with a generator give other values each time', () => {
    using seed = new SeedGenerator(3);
    const initializer = randomNormal({ seed });
    expect(draw(initializer, [5])).not.toEqual(draw(initializer, [5]));
  });

  test('take the seed of a serialized one', () => {
    const initializer = getInitializer({ class_name: 'RandomUniform', config: { minval: 0, maxval: 1, seed: 5 } });
    expect(draw(initializer, [4])).toEqual(draw(getInitializer(initializer), [4]));
    expect(draw(initializer, [4])).toEqual(
      draw(getInitializer({ className: 'randomUniform', config: { minval: 0, maxval: 1, seed: 5 } }), [4]),
    );
  });

  test('refuse a seed that is no integer', () => {
    expect(() => randomNormal({ seed: 0.5 })).toThrow(
      'RandomNormal: `seed` must be an integer, a SeedGenerator or null. Received: 0.5.',
    );
  });
});

describe('computeFans', () => {
  test.each([
    [[], 1, 1],
    [[7], 7, 7],
    [[3, 5], 3, 5],
    [[3, 3, 16, 32], 144, 288],
  ])('%j', (shape, fanIn, fanOut) => {
    expect(computeFans(shape)).toEqual({ fanIn, fanOut });
  });

  test('of chosen axes', () => {
    expect(computeFans([2, 3, 4], [0], [1, -1])).toEqual({ fanIn: 2, fanOut: 12 });
  });
});

test('glorot uniform stays within √(6 / (fanIn + fanOut))', () => {
  // √(6 / (4 + 20)) = 0.5
  const values = draw(glorotUniform({ seed: 1 }), [4, 20]);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.5);
  expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.45);
});

test('constant broadcasts lists', () => {
  expect(draw(constant({ value: [1, 2] }), [2, 2])).toEqual([1, 2, 1, 2]);
});

test('orthogonal gives orthonormal columns', () => {
  const product = scope(() => {
    const matrix = orthogonal({ seed: 2 }).call([8, 3]);
    return ops.matmul(ops.transpose(matrix), matrix).arraySync() as number[][];
  });
  for (const [i, row] of product.entries()) {
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 6);
  }
});

describe('getInitializer', () => {
  test.each(['glorotUniform', 'glorot_uniform', 'GlorotUniform'])('finds %s', (name) => {
    expect(getInitializer(name as InitializerName)).toBeInstanceOf(glorotUniform().constructor);
  });

  test.each(['normal', 'uniform', 'one', 'zero', 'OrthogonalInitializer'])('knows the alias %s', (name) => {
    expect(draw(getInitializer(name as InitializerName), [2, 2])).toHaveLength(4);
  });

  test('takes a function', () => {
    const fives = getInitializer((shape, dtype) => ops.multiply(ops.ones(shape, { dtype }), 5));
    expect(draw(fives, [2])).toEqual([5, 5]);
  });

  test('suggests the nearest name', () => {
    expect(() => getInitializer('glorot_unifrom' as InitializerName)).toThrow(
      "Unknown initializer: 'glorot_unifrom'. Did you mean 'glorotUniform'",
    );
  });
});

describe('bad input', () => {
  test.each<[string, () => unknown]>([
    ['VarianceScaling: `scale` must be a positive number. Received: 0.', () => varianceScaling({ scale: 0 })],
    [
      "VarianceScaling: `mode` must be one of 'fanIn', 'fanOut', 'fanAvg'. Received: 'fanBoth'.",
      () => varianceScaling({ mode: 'fanBoth' as 'fanIn' }),
    ],
    ['Identity: only weights of rank 2', () => identity().call([3])],
    ['Orthogonal: only weights of rank 2 or more', () => orthogonal().call([3])],
    ['STFT: expected a weight of shape', () => stft().call([3])],
    ['STFT: `window` must be of length 4', () => stft({ window: [1, 2] }).call([4, 1, 3])],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });
});

test('none leaks', () => {
  const names = ['glorotUniform', 'orthogonal', 'zeros', 'ones', 'identity', 'truncatedNormal', 'constant'] as const;
  for (const name of names) {
    const initializer = getInitializer(name);
    const { tensors } = memory();
    const value: Tensor = initializer.call([4, 3], 'float32');
    expect(memory().tensors, name).toBe(tensors + 1);
    value.dispose();
  }
});
