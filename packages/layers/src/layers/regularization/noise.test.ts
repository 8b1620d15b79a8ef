import { cpu } from '@capas/backend-cpu';
import { memory, ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activityRegularization } from './activity-regularization.ts';
import { alphaDropout } from './alpha-dropout.ts';
import { dropout } from './dropout.ts';
import { gaussianDropout } from './gaussian-dropout.ts';
import { gaussianNoise } from './gaussian-noise.ts';
import type { Noise } from './noise.ts';
import { spatialDropout1d } from './spatial-dropout1d.ts';
import { spatialDropout2d } from './spatial-dropout2d.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const draw = (layer: Noise<object>, x: Tensor): number[] => [...layer.apply(x, { training: true }).dataSync()];

function moments(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

test.each([
  { name: 'GaussianNoise', make: () => gaussianNoise({ stddev: 0.5, seed: 1 }), mean: 2, deviation: 0.5 },
  // 2 · √(0.2 / 0.8)
  { name: 'GaussianDropout', make: () => gaussianDropout({ rate: 0.2, seed: 1 }), mean: 2, deviation: 1 },
])('$name has mean $mean and deviation $deviation for twos', ({ make, mean, deviation }) => {
  scope(() => {
    const found = moments(draw(make(), ops.full([100, 200], 2)));
    // five standard errors of 20,000 draws
    expect(Math.abs(found.mean - mean)).toBeLessThan((5 * deviation) / Math.sqrt(20000));
    expect(Math.abs(found.deviation - deviation)).toBeLessThan((5 * deviation) / Math.sqrt(40000));
  });
});

test('AlphaDropout keeps mean 0 and variance 1', () => {
  scope(() => {
    const x = gaussianNoise({ stddev: 1, seed: 3 }).apply(ops.zeros([200, 200]), { training: true });
    const found = moments(draw(alphaDropout({ rate: 0.3, seed: 4 }), x));
    expect(Math.abs(found.mean)).toBeLessThan(0.03);
    expect(Math.abs(found.deviation - 1)).toBeLessThan(0.03);
    // where x is 0: what is dropped and what is kept are two values
    expect(new Set(draw(alphaDropout({ rate: 0.3, seed: 4 }), ops.zeros([10, 10]))).size).toBe(2);
  });
});

describe('spatial dropout', () => {
  test('drops whole feature maps, a share of them', () => {
    scope(() => {
      const output = spatialDropout1d({ rate: 0.25, seed: 2 }).apply(ops.ones([40, 5, 50]), { training: true });
      const [least, most] = [ops.min(output, { axis: 1 }), ops.max(output, { axis: 1 })];
      expect(ops.max(ops.subtract(most, least)).dataSync()[0]).toBe(0);
      const dropped = [...most.dataSync()].filter((value) => value === 0).length;
      // 2000 maps: 500, give or take five standard errors of 19
      expect(Math.abs(dropped - 500)).toBeLessThan(97);
    });
  });

  test('channels may come first', () => {
    scope(() => {
      const layer = spatialDropout2d({ rate: 0.5, seed: 2, dataFormat: 'channelsFirst' });
      const output = layer.apply(ops.ones([4, 8, 3, 3]), { training: true });
      const spread = ops.subtract(ops.max(output, { axis: [2, 3] }), ops.min(output, { axis: [2, 3] }));
      expect(ops.max(spread).dataSync()[0]).toBe(0);
      expect(() => layer.apply(ops.ones([2, 3]))).toThrow('an input of rank 4');
    });
  });
});

test('the same seed draws the same sequence; dispose frees its state', () => {
  const { tensors } = memory();
  for (const make of [() => gaussianNoise({ stddev: 0.5, seed: 7 }), () => alphaDropout({ rate: 0.5, seed: 7 })]) {
    const sequence = (): number[][] => {
      const layer = make();
      const both = scope(() => [draw(layer, ops.ones([2, 3])), draw(layer, ops.ones([2, 3]))]);
      layer.dispose();
      return both;
    };
    const [first, second] = sequence();
    expect(first).not.toEqual(second);
    expect(sequence()).toEqual([first, second]);
  }
  expect(memory().tensors).toBe(tensors);
});

test('ActivityRegularization adds (l1 Σ|x| + l2 Σx²) / batch to the loss', () => {
  scope(() => {
    const layer = activityRegularization({ l1: 0.1, l2: 0.01 });
    layer.apply([
      [1, -2],
      [3, 0],
    ]);
    // 0.1 · 6 + 0.01 · 14, of two samples
    expect(layer.losses.map((loss) => loss.dataSync()[0])).toEqual([expect.closeTo(0.37, 6)]);
  });
});

test.each([
  [() => gaussianNoise({ stddev: 2 }), 'GaussianNoise: `stddev` must be a number from 0 to 1. Received: 2.'],
  [() => gaussianDropout({ rate: -1 }), 'GaussianDropout: `rate` must be a number from 0 to 1. Received: -1.'],
  [() => alphaDropout({ rate: 3 }), 'AlphaDropout: `rate` must be a number from 0 to 1. Received: 3.'],
  [() => spatialDropout1d({ rate: 3 }), 'SpatialDropout1D: `rate` must be a number from 0 to 1. Received: 3.'],
  [() => dropout({ rate: 0.5, noiseShape: [2, 0] }), 'Dropout: `noiseShape` must be a list of sizes above 0 or nulls.'],
])('refuses numbers out of range', (make, message) => {
  expect(make).toThrow(message);
});
