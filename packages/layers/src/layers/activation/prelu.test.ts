import { cpu } from '@capas/backend-cpu';
import { scope, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { elu } from './elu.ts';
import { leakyReLU } from './leaky-relu.ts';
import { prelu } from './prelu.ts';
import { reLU } from './relu.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test('PReLU has a slope for each feature, or one along shared axes', () => {
  scope(() => {
    const layer = prelu();
    layer.apply([[0, 0]]);
    layer.setWeights([[0.5, 2]]);
    expect(
      layer
        .apply([
          [-1, -1],
          [3, 4],
        ])
        .arraySync(),
    ).toEqual([
      [-0.5, -2],
      [3, 4],
    ]);
    const shared = prelu({ sharedAxes: 1 });
    shared.apply([[0, 0]]);
    expect(shared.alpha.shape).toEqual([1]);
    expect(() => prelu({ sharedAxes: [3], name: 'p' }).apply([[0, 0]])).toThrow(
      "Layer 'p': axis 3 is out of range for rank 2",
    );
    expect(() => prelu({ sharedAxes: [0] })).toThrow('PReLU: `sharedAxes` must be an axis behind the batch axis');
  });
});

test('ReLU, LeakyReLU and ELU take their numbers', () => {
  scope(() => {
    // below 1: 0.5 (x − 1); above 2: 2
    const limited = reLU({ threshold: 1, negativeSlope: 0.5, maxValue: 2 });
    expect(limited.apply([[0, 1.5, 9]]).arraySync()).toEqual([[-0.5, 1.5, 2]]);
    expect(
      leakyReLU({ negativeSlope: 0.5 })
        .apply([[-2, 2]])
        .arraySync(),
    ).toEqual([[-1, 2]]);
    expect(
      elu({ alpha: 2 })
        .apply([[-1]])
        .dataSync()[0],
    ).toBeCloseTo(2 * (Math.exp(-1) - 1), 6);
  });
});

test.each([
  [() => reLU({ maxValue: -1 }), 'ReLU: `maxValue` must be a number from 0 to Infinity. Received: -1.'],
  [() => reLU({ threshold: null as never }), 'ReLU: `threshold` must be a number from 0 to Infinity. Received: null.'],
  [
    () => leakyReLU({ negativeSlope: -0.1 }),
    'LeakyReLU: `negativeSlope` must be a number from 0 to Infinity. Received: -0.1.',
  ],
])('refuses numbers below 0', (make, message) => {
  expect(make).toThrow(message);
});
