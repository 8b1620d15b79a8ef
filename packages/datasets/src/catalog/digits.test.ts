import { createHash } from 'node:crypto';
import type { HostArray } from '@capas/core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DataSet } from './data-set.ts';
import { load } from './digits.ts';

const hash = (array: HostArray): string =>
  createHash('sha256')
    .update(array.data as Uint8Array)
    .digest('hex')
    .slice(0, 16);

describe('the embedded digits', () => {
  let set: DataSet;
  let milliseconds: number;

  beforeAll(async () => {
    const started = performance.now();
    set = await load();
    milliseconds = performance.now() - started;
  });

  it('come in the layout of MNIST, within seconds', () => {
    expect([set.train.x.dtype, set.train.x.shape]).toEqual(['uint8', [10_000, 28, 28]]);
    expect([set.train.y.dtype, set.train.y.shape]).toEqual(['uint8', [10_000]]);
    expect([set.test.x.shape, set.test.y.shape]).toEqual([[2_000, 28, 28], [2_000]]);
    expect(milliseconds).toBeLessThan(10_000);
  });

  it('are the same on every machine', () => {
    expect([hash(set.train.x), hash(set.test.x)]).toEqual(['ae4920c02757f5a1', '1b9e1eca162cace7']);
  });

  it('have equally many of each class, in a mixed order', () => {
    const counts = new Array(10).fill(0);
    for (const label of set.train.y.data as Uint8Array) counts[label] += 1;
    expect(counts).toEqual(new Array(10).fill(1000));
    expect(new Set((set.train.y.data as Uint8Array).subarray(0, 30)).size).toBeGreaterThan(7);
  });

  it('are dark strokes on clean paper, inside the frame', () => {
    for (const image of set.test.x.slice(0, 200)) {
      const pixels = [...(image.data as Uint8Array)];
      expect(Math.max(...pixels)).toBeGreaterThan(150);
      const share = pixels.filter((pixel) => pixel > 0).length / pixels.length;
      expect(share).toBeGreaterThan(0.03);
      expect(share).toBeLessThan(0.6);
    }
  });

  it('hold no image twice, in training and test together', () => {
    const seen = new Set([...set.train.x, ...set.test.x].map(hash));
    expect(seen.size).toBe(12_000);
  });

  // A classifier by the nearest mean of a class knows shape but no variation: 82 % on MNIST itself.
  it('can be told apart, but not by their means alone', () => {
    const accuracy = nearestMeanAccuracy(set);
    expect(accuracy).toBeGreaterThan(0.6);
    expect(accuracy).toBeLessThan(0.95);
  });
});

describe('options of the embedded digits', () => {
  it('take a beginning of the same samples, or other ones', async () => {
    const [few, more, other] = await Promise.all(
      [1, 1, 2].map((seed, i) => load({ trainCount: 10, testCount: 1 + i, seed })),
    );
    expect(hash(more!.train.x)).toBe(hash(few!.train.x));
    expect(hash(other!.train.x)).not.toBe(hash(few!.train.x));
  });

  it('are checked', async () => {
    await expect(load({ trainCount: 0 })).rejects.toThrow(
      'digits.load: `trainCount` must be a positive integer. Received: 0.',
    );
    await expect(load({ testCount: 1.5 })).rejects.toThrow(
      'digits.load: `testCount` must be a positive integer. Received: 1.5.',
    );
    await expect(load({ seed: -1 })).rejects.toThrow(
      'digits.load: `seed` must be an integer of at least 0. Received: -1.',
    );
  });
});

function nearestMeanAccuracy({ train, test }: DataSet): number {
  const size = 784;
  const means = Array.from({ length: 10 }, () => new Float64Array(size));
  train.x.data.forEach((pixel, i) => {
    means[train.y.get(Math.floor(i / size))]![i % size]! += Number(pixel) / 1000;
  });
  let right = 0;
  for (const [i, image] of [...test.x].entries()) {
    const distances = means.map((mean) =>
      mean.reduce((sum, value, j) => sum + (value - (image.data as Uint8Array)[j]!) ** 2, 0),
    );
    if (distances.indexOf(Math.min(...distances)) === test.y.get(i)) right += 1;
  }
  return right / test.x.length;
}
