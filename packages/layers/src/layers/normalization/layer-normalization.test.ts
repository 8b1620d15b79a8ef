import { cpu } from '@capas/backend-cpu';
import { ops, random, scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { groupNormalization } from './group-normalization.ts';
import { layerNormalization } from './layer-normalization.ts';
import { rmsNormalization } from './rms-normalization.ts';
import { unitNormalization } from './unit-normalization.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('LayerNormalization', () => {
  test('brings each sample to mean 0 and variance 1, then scales and shifts', () => {
    scope(() => {
      const layer = layerNormalization({
        epsilon: 0,
        gammaInitializer: { className: 'Constant', config: { value: 2 } },
        betaInitializer: 'ones',
      });
      // mean 3, deviation 2: −1 and 1, times 2, plus 1
      expect(layer.apply([[1, 5]]).arraySync()).toEqual([[-1, 3]]);
    });
  });

  test('refuses axes that are none, or not there', () => {
    expect(() => layerNormalization({ axis: 'last' as never })).toThrow(
      "LayerNormalization: `axis` must be an integer or a list of integers. Received: 'last'.",
    );
    expect(() => layerNormalization({ axis: [1, 4], name: 'n' }).computeOutputShape([null, 2])).toThrow(
      "Layer 'n': axis 4 is out of range for rank 2",
    );
  });
});

describe('GroupNormalization', () => {
  test('one group is layer normalization over all axes; a group for each channel normalizes channels', () => {
    scope(() => {
      const x = random.normal([2, 3, 4], { seed: 1 });
      const one = groupNormalization({ groups: 1 }).apply(x);
      const all = layerNormalization({ axis: [1, 2] }).apply(x);
      expect(ops.max(ops.abs(ops.subtract(one, all))).dataSync()[0]).toBeLessThan(1e-6);
      const means = ops.mean(groupNormalization({ groups: -1 }).apply(x), { axis: 1 });
      expect(ops.max(ops.abs(means)).dataSync()[0]).toBeLessThan(1e-6);
    });
  });

  test.each([0, -2, 1.5])('refuses groups = %s', (groups) => {
    expect(() => groupNormalization({ groups })).toThrow(
      `GroupNormalization: \`groups\` must be a positive integer or -1. Received: ${groups}.`,
    );
  });

  test('refuses channels that cannot be grouped', () => {
    expect(() => groupNormalization({ groups: 3, name: 'g' }).ensureBuilt([null, 4])).toThrow(
      "Layer 'g': the number of channels must be known and a multiple of `groups` (3). Received: [4].",
    );
  });
});

test('RMSNormalization divides by the root of the mean square, UnitNormalization by the length', () => {
  scope(() => {
    // √((9 + 16) / 2)
    const [three] = rmsNormalization({ epsilon: 0 })
      .apply([[3, 4]])
      .dataSync();
    expect(three).toBeCloseTo(3 / Math.sqrt(12.5), 6);
    const [x, y] = unitNormalization()
      .apply([[3, 4]])
      .dataSync();
    expect([x, y]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]);
    expect(
      unitNormalization()
        .apply([[0, 0]])
        .arraySync(),
    ).toEqual([[0, 0]]);
  });
});
