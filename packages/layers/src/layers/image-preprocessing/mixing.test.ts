import { cpu } from '@capas/backend-cpu';
import { ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  augMix,
  cutMix,
  type LabeledImages,
  mixUp,
  randAugment,
  randomElasticTransform,
  randomErasing,
} from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['wasm'] })));

const training = { training: true };

/** Images of one value each, 0 to n − 1, and their classes. */
const plain = (n: number, side = 8): LabeledImages<Tensor> => {
  const values = ops.reshape(ops.cast(ops.arange(n), 'float32'), [n, 1, 1, 1]);
  const images = ops.broadcastTo(values, [n, side, side, 3]);
  const masks = ops.broadcastTo(values, [n, side, side, 1]);
  return { images, labels: ops.oneHot(ops.arange(n), n), segmentationMasks: masks };
};

const numbers = (x: Tensor | undefined): number[] => [...x!.dataSync()];

describe.each([
  ['MixUp', () => mixUp({ alpha: 0.5, seed: 3 })],
  ['CutMix', () => cutMix({ seed: 3 })],
])('%s', (name, make) => {
  test('mixes labels and masks in the proportion of the images', () => {
    scope(() => {
      const n = 24;
      const layer = make();
      const mixed = layer.apply(plain(n, 64), training);
      const images = ops.mean(mixed.images, { axis: [1, 2, 3] });
      // the label of a mixture is one of values: its mean is that of the pixels
      const labels = ops.sum(ops.multiply(mixed.labels!, ops.cast(ops.arange(n), 'float32')), { axis: 1 });
      const masks = ops.mean(mixed.segmentationMasks!, { axis: [1, 2, 3] });
      const isMixed = numbers(images).filter((value, i) => Math.abs(value - i) > 0.05);
      expect(isMixed.length).toBeGreaterThan(8);
      numbers(images).forEach((value, i) => {
        // a box is cut out in whole pixels, and counted by its area
        expect(Math.abs(numbers(labels)[i]! - value)).toBeLessThan(name === 'MixUp' ? 1e-3 : 0.75);
        expect(Math.abs(numbers(masks)[i]! - value)).toBeLessThan(1e-3);
      });
      for (const total of numbers(ops.sum(mixed.labels!, { axis: 1 }))) expect(total).toBeCloseTo(1, 5);
      layer.dispose();
    });
  });

  test('changes nothing outside of training, and one image alone stays', () => {
    scope(() => {
      const layer = make();
      const given = plain(4);
      const same = layer.apply(given, { training: false });
      expect(numbers(same.images)).toEqual(numbers(given.images));
      expect(numbers(same.labels)).toEqual(numbers(given.labels));
      const image = ops.ones([4, 4, 3]);
      expect(numbers(layer.apply(image, training) as Tensor)).toEqual(numbers(image));
      layer.dispose();
    });
  });
});

test('MixUp keeps the boxes of both images', () => {
  scope(() => {
    const layer = mixUp({ seed: 1 });
    const boxes = ops.reshape(ops.arange(24), [3, 2, 4]);
    const labels = ops.reshape(ops.arange(6), [3, 2]);
    const { boundingBoxes } = layer.apply(
      { images: ops.zeros([3, 2, 2, 1]), boundingBoxes: { boxes, labels } },
      training,
    );
    expect(boundingBoxes!.boxes.shape).toEqual([3, 4, 4]);
    const classes = boundingBoxes!.labels.arraySync() as number[][];
    const coordinates = boundingBoxes!.boxes.arraySync() as number[][][];
    classes.forEach((row, i) => {
      expect(row.slice(0, 2)).toEqual([2 * i, 2 * i + 1]);
      // each box begins with four times its class
      row.forEach((label, k) => {
        expect(coordinates[i]![k]![0]).toBe(4 * label);
      });
    });
    layer.dispose();
  });
});

describe('RandomErasing', () => {
  test('fills a box of the drawn size', () => {
    scope(() => {
      const layer = randomErasing({ factor: [1, 1], scale: [0.25, 0.25], fillValue: [1, 2, 3], seed: 2 });
      const changed = layer.apply(ops.zeros([50, 20, 20, 3]), training) as Tensor;
      // half of the height and width: 10 pixels, at places between pixels
      for (const sum of numbers(ops.sum(changed, { axis: [1, 2, 3] }))) expect(sum).toBe(600);
      const corners = new Set(
        (changed.arraySync() as number[][][][]).map((image) => image.findIndex((row) => row.some(([a]) => a === 1))),
      );
      expect(corners.size).toBeGreaterThan(5);
      layer.dispose();
    });
  });

  test('changes its share of the images, with noise if nothing is said', () => {
    scope(() => {
      const layer = randomErasing({ factor: [0.3, 0.3], scale: [0.2, 0.5], seed: 4 });
      const changed = layer.apply(ops.full([300, 6, 6, 1], 100), training) as Tensor;
      const rows = ops.reshape(changed, [300, 36]).arraySync() as number[][];
      const erased = rows.filter((row) => row.some((value) => value !== 100));
      expect(Math.abs(erased.length / 300 - 0.3)).toBeLessThan(0.11);
      expect(new Set(erased.flat()).size).toBeGreaterThan(100);
      expect(Math.min(...erased.flat())).toBe(0);
      expect(Math.max(...erased.flat())).toBe(255);
      layer.dispose();
    });
  });
});

test('RandomElasticTransform moves a mask by the field of its image', () => {
  scope(() => {
    const layer = randomElasticTransform({ factor: [1, 1], scale: [1, 1], interpolation: 'nearest', seed: 6 });
    const images = ops.reshape(
      Array.from({ length: 2 * 40 * 40 }, (_, i) => i % 251),
      [2, 40, 40, 1],
    );
    const changed = layer.apply({ images, segmentationMasks: images }, training);
    expect(numbers(changed.images)).toEqual(numbers(changed.segmentationMasks));
    const moved = numbers(changed.images).filter((value, i) => value !== i % 251).length;
    expect(moved).toBeGreaterThan(1600);
    layer.dispose();
  });
});

describe('layers that choose among others', () => {
  const images = (): Tensor =>
    ops.reshape(
      Array.from({ length: 2 * 8 * 8 * 3 }, (_, i) => (i * 31) % 256),
      [2, 8, 8, 3],
    );

  test('RandAugment applies as many as it is told, others each time', () => {
    scope(() => {
      const none = randAugment({ numOps: 0 });
      expect(numbers(none.apply(images(), training) as Tensor)).toEqual(numbers(images()));
      const layer = randAugment({ numOps: 1, factor: [0.5, 0.5], seed: 3 });
      const results = Array.from({ length: 6 }, () => numbers(layer.apply(images(), training) as Tensor).join());
      expect(new Set(results).size).toBeGreaterThan(3);
      none.dispose();
      layer.dispose();
    });
  });

  test('RandAugment moves boxes and masks with the image', () => {
    scope(() => {
      const layer = randAugment({ numOps: 2, factor: 0, boundingBoxFormat: 'xyxy', seed: 1 });
      const given = { images: images(), segmentationMasks: ops.ones([2, 8, 8, 1]) };
      const boundingBoxes = { boxes: [[[1, 2, 5, 6]], [[0, 0, 8, 8]]], labels: [[1], [2]] };
      const changed = layer.apply({ ...given, boundingBoxes }, training);
      // without a factor, what moves pixels leaves them
      expect(numbers(changed.boundingBoxes!.boxes)).toEqual([1, 2, 5, 6, 0, 0, 8, 8]);
      expect(new Set(numbers(changed.segmentationMasks))).toEqual(new Set([1]));
      layer.dispose();
    });
  });

  test('AugMix is a mixture within the value range', () => {
    scope(() => {
      const layer = augMix({ numChains: 2, chainDepth: 2, allOps: false, seed: 5 });
      const changed = numbers(layer.apply(images(), training) as Tensor);
      expect(changed).not.toEqual(numbers(images()));
      expect(Math.min(...changed)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...changed)).toBeLessThanOrEqual(255);
      expect(layer.augmentations.length).toBe(7);
      layer.dispose();
    });
  });
});

test.each([
  [() => mixUp({ alpha: 0 }), 'MixUp: `alpha` must be a number from'],
  [() => cutMix({ factor: 1.5 }), 'CutMix: `factor` must be a number from 0 to 1, or two. Received: 1.5.'],
  [() => randomErasing({ fillValue: [1, 2] }), 'RandomErasing: `fillValue` must be a number, three numbers, or null.'],
  [() => randAugment({ numOps: 1.5 }), 'RandAugment: `numOps` must be an integer of at least 0. Received: 1.5.'],
  [() => augMix({ chainDepth: 0 }), 'AugMix: `chainDepth` must be a positive integer. Received: 0.'],
  [
    () =>
      cutMix().apply({ images: ops.zeros([1, 2, 2, 1]), boundingBoxes: { boxes: [[[0, 0, 1, 1]]], labels: [[0]] } }),
    'CutMix: `boundingBoxes` must be left out, it can only mix images, labels and masks.',
  ],
  [
    () =>
      randomElasticTransform().apply({
        images: ops.zeros([1, 2, 2, 1]),
        boundingBoxes: { boxes: [[[0, 0, 1, 1]]], labels: [[0]] },
      }),
    'RandomElasticTransform: `boundingBoxes` must be left out',
  ],
])('refuses what cannot be done: %#', (make, message) => {
  expect(make).toThrow(message);
});
