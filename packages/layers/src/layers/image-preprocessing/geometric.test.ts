import { cpu } from '@capas/backend-cpu';
import { ops, SeedGenerator, type Shape, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ImagesShape } from './base-image-preprocessing.ts';
import type { BaseRandomProjection, ProjectionConfig } from './base-random-projection.ts';
import {
  centerCrop,
  type LabeledImages,
  randomCrop,
  randomFlip,
  randomPerspective,
  randomRotation,
  randomShear,
  randomTranslation,
  randomZoom,
  resizing,
} from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['wasm'] })));

const training = { training: true };
const IMAGES: ImagesShape = { batch: 400, height: 11, width: 21, channels: 1, isSingle: false };

/** What a layer draws for 400 images, as lists of 8 numbers. */
function drawn<Config extends ProjectionConfig>(layer: BaseRandomProjection<Config>): number[][] {
  return scope(() => {
    const seeds = new SeedGenerator(3);
    const maps = layer.getRandomTransformation(IMAGES, seeds).arraySync() as number[][];
    seeds.dispose();
    layer.dispose();
    return maps;
  });
}

/** Least and largest number, and the mean. */
const spread = (values: readonly number[]): [number, number, number] => [
  Math.min(...values),
  Math.max(...values),
  values.reduce((sum, value) => sum + value, 0) / values.length,
];

function expectUniform(values: readonly number[], low: number, high: number): void {
  const [least, largest, mean] = spread(values);
  const width = high - low;
  expect(least).toBeGreaterThanOrEqual(low - 1e-4);
  expect(least).toBeLessThan(low + 0.05 * width);
  expect(largest).toBeLessThanOrEqual(high + 1e-4);
  expect(largest).toBeGreaterThan(high - 0.05 * width);
  // four standard errors
  expect(Math.abs(mean - (low + high) / 2)).toBeLessThan((4 * width) / Math.sqrt(12 * values.length));
}

describe('what is drawn lies within the factors', () => {
  test('RandomRotation: a quarter turn to either side', () => {
    const angles = drawn(randomRotation({ factor: 0.25 })).map(([cos, , , sin]) => Math.atan2(sin!, cos!));
    expectUniform(angles, -Math.PI / 2, Math.PI / 2);
  });

  test('RandomZoom: both directions on their own, or one for both', () => {
    const two = drawn(randomZoom({ heightFactor: [-0.5, 0], widthFactor: 0.2 }));
    expectUniform(
      two.map((map) => map[0]!),
      0.8,
      1.2,
    );
    expectUniform(
      two.map((map) => map[4]!),
      0.5,
      1,
    );
    for (const map of drawn(randomZoom({ heightFactor: 0.3 }))) expect(map[0]).toBe(map[4]);
  });

  test('RandomTranslation: shares of the height and width', () => {
    const maps = drawn(randomTranslation({ heightFactor: [0.1, 0.3], widthFactor: 0.5 }));
    expectUniform(
      maps.map((map) => -map[2]!),
      -10.5,
      10.5,
    );
    expectUniform(
      maps.map((map) => -map[5]!),
      1.1,
      3.3,
    );
  });

  test('RandomShear: a pair goes to either side', () => {
    const maps = drawn(randomShear({ xFactor: [0.2, 0.4] }));
    expectUniform(
      maps.map((map) => Math.abs(map[1]!)),
      0.2,
      0.4,
    );
    const right = maps.filter((map) => map[1]! > 0).length;
    expect(right).toBeGreaterThan(160);
    expect(right).toBeLessThan(240);
    expect(maps.every((map) => Math.abs(map[3]!) === 0)).toBe(true);
  });

  test('RandomShear: the pair that Keras writes into files for a number', () => {
    const layer = randomShear({ xFactor: [-0.3, 0.3], yFactor: [0.1, 0.2] });
    expect([layer.config.xFactor, layer.config.yFactor]).toEqual([0.3, [0.1, 0.2]]);
    expectUniform(
      drawn(layer).map((map) => map[1]!),
      -0.3,
      0.3,
    );
  });

  test('RandomPerspective: as many as the factor says', () => {
    const isSame = (map: number[]): boolean => map.join() === '1,0,0,0,1,0,0,0';
    const moved = drawn(randomPerspective({ factor: [0.3, 0.3], scale: 0.5 })).filter((map) => !isSame(map)).length;
    expect(moved).toBeGreaterThan(80);
    expect(moved).toBeLessThan(160);
    expect(drawn(randomPerspective({ scale: 0 })).every(isSame)).toBe(true);
  });

  test('RandomCrop: every place, the last one too', () => {
    scope(() => {
      const layer = randomCrop({ height: 4, width: 2, seed: 1 });
      const image = ops.reshape(ops.arange(20), [1, 5, 4, 1]);
      const corners = new Set(Array.from({ length: 80 }, () => (layer.apply(image, training) as Tensor).dataSync()[0]));
      // rows 0 and 1, columns 0 to 2
      expect([...corners].sort((a, b) => a! - b!)).toEqual([0, 1, 2, 4, 5, 6]);
      layer.dispose();
    });
  });
});

describe('worked out by hand', () => {
  const single = (values: readonly (readonly number[])[]): Tensor => ops.expandDims(ops.array(values), [0, 3]);
  const rows = (images: Tensor): unknown => ops.squeeze(images, { axis: [0, 3] }).arraySync();

  test('a quarter turn goes to the left', () => {
    scope(() => {
      const image = single([
        [1, 2],
        [3, 4],
      ]);
      const turned = randomRotation({ factor: [0.25, 0.25] }).apply(image, training) as Tensor;
      expect((rows(turned) as number[][]).flat().map((value) => Math.round(value * 1e4) / 1e4)).toEqual([2, 4, 1, 3]);
    });
  });

  test('a translation down by a third, and what lies beyond', () => {
    scope(() => {
      const image = single([[1], [2], [3]]);
      const move = (fillMode: 'constant' | 'reflect' | 'wrap' | 'nearest'): unknown => {
        const layer = randomTranslation({ heightFactor: [1 / 3, 1 / 3], widthFactor: 0, fillMode, fillValue: 9 });
        return (rows(layer.apply(image, training) as Tensor) as number[][]).flat().map(Math.round);
      };
      expect(move('constant')).toEqual([9, 1, 2]);
      expect(move('reflect')).toEqual([1, 1, 2]);
      expect(move('wrap')).toEqual([3, 1, 2]);
      expect(move('nearest')).toEqual([1, 1, 2]);
    });
  });

  test('of a flip of both directions, both or none are flipped', () => {
    scope(() => {
      const images = ops.tile(
        single([
          [1, 2],
          [3, 4],
        ]),
        [300, 1, 1, 1],
      );
      const flipped = ops.reshape(randomFlip({ seed: 2 }).apply(images, training) as Tensor, [300, 4]);
      const found = (flipped.arraySync() as number[][]).map((image) => image.join());
      expect(new Set(found)).toEqual(new Set(['1,2,3,4', '4,3,2,1']));
      const count = found.filter((image) => image === '4,3,2,1').length;
      expect(count).toBeGreaterThan(115);
      expect(count).toBeLessThan(185);
    });
  });

  test('an image smaller than the crop is cut to its aspect ratio and enlarged', () => {
    scope(() => {
      const image = ops.reshape(ops.arange(8), [1, 2, 4, 1]);
      // columns 1 and 2 in the size 4 × 4
      const cropped = centerCrop({ height: 4, width: 4 }).apply(image) as Tensor;
      expect(cropped.shape).toEqual([1, 4, 4, 1]);
      expect([...cropped.dataSync().slice(0, 4)]).toEqual([1, 1.25, 1.75, 2]);
    });
  });

  test('bytes stay bytes when they are resized, also where the kernel overshoots', () => {
    scope(() => {
      const edge = ops.cast(single([[0, 0, 0, 255, 255, 255]]), 'int32');
      const resized = resizing({ height: 1, width: 12, interpolation: 'lanczos3' }).apply(edge) as Tensor;
      expect(resized.dtype).toBe('int32');
      expect(spread([...resized.dataSync()]).slice(0, 2)).toEqual([0, 255]);
    });
  });
});

describe('boxes and masks go where the image goes', () => {
  const [height, width] = [24, 30];
  const shape: Shape = [6, height, width, 1];
  const makers = {
    flip: () => randomFlip({ boundingBoxFormat: 'xyxy', seed: 4 }),
    'horizontal flip': () => randomFlip({ mode: 'horizontal', boundingBoxFormat: 'xyxy', seed: 4 }),
    rotation: () => randomRotation({ factor: 0.1, fillMode: 'constant', boundingBoxFormat: 'xyxy', seed: 4 }),
    zoom: () => randomZoom({ heightFactor: 0.3, widthFactor: 0.2, fillMode: 'constant', boundingBoxFormat: 'xyxy' }),
    translation: () =>
      randomTranslation({ heightFactor: 0.2, widthFactor: 0.3, fillMode: 'constant', boundingBoxFormat: 'xyxy' }),
    shear: () => randomShear({ xFactor: 0.2, yFactor: 0.1, fillMode: 'constant', boundingBoxFormat: 'xyxy', seed: 4 }),
    perspective: () => randomPerspective({ scale: 0.3, boundingBoxFormat: 'xyxy', seed: 4 }),
    crop: () => randomCrop({ height: 20, width: 22, boundingBoxFormat: 'xyxy', seed: 4 }),
    resizing: () => resizing({ height: 30, width: 20, boundingBoxFormat: 'xyxy' }),
    'resizing, cropped': () => resizing({ height: 24, width: 20, cropToAspectRatio: true, boundingBoxFormat: 'xyxy' }),
    'resizing, padded': () => resizing({ height: 40, width: 30, padToAspectRatio: true, boundingBoxFormat: 'xyxy' }),
    'center crop': () => centerCrop({ height: 18, width: 20, boundingBoxFormat: 'xyxy' }),
  };

  test.each(Object.entries(makers))('%s', (_, make) => {
    scope(() => {
      const [x1, y1, x2, y2] = [8, 6, 20, 17];
      const inside = Array.from({ length: height * width }, (_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        return x >= x1 && x < x2 && y >= y1 && y < y2 ? 1 : 0;
      });
      const images = ops.tile(ops.reshape(inside, [1, height, width, 1]), [6, 1, 1, 1]);
      const boxes = ops.tile([[[x1, y1, x2, y2]]], [6, 1, 1]);
      const layer = make();
      const found = layer.apply(
        {
          images,
          segmentationMasks: images,
          boundingBoxes: { boxes, labels: ops.zeros([6, 1]) },
        } as LabeledImages<Tensor>,
        training,
      );
      const masks = found.segmentationMasks!.arraySync() as number[][][][];
      const moved = found.boundingBoxes!.boxes.arraySync() as number[][][];
      masks.forEach((mask, n) => {
        const places = mask.flatMap((row, y) => row.flatMap(([value], x) => (value! > 0.5 ? [[x, y]] : [])));
        const [columns, lines] = [places.map(([x]) => x!), places.map(([, y]) => y!)];
        const around = [Math.min(...columns), Math.min(...lines), Math.max(...columns) + 1, Math.max(...lines) + 1];
        // a box is turned around pixels' middles and rounded to pixels in the mask
        around.forEach((edge, i) => {
          expect(Math.abs(edge - moved[n]![0]![i]!), `image ${n}, edge ${i}`).toBeLessThan(1.6);
        });
      });
      expect(shape[0]).toBe(masks.length);
      layer.dispose();
    });
  });

  test('what leaves the image is cut off, and is no box any more when nothing is left', () => {
    scope(() => {
      const layer = randomTranslation({ heightFactor: 0, widthFactor: [0.5, 0.5], boundingBoxFormat: 'relXywh' });
      const { boundingBoxes } = layer.apply(
        {
          images: ops.zeros([1, 4, 10, 1]),
          boundingBoxes: {
            boxes: [
              [
                [0.2, 0, 0.4, 1],
                [0.7, 0.5, 0.2, 0.5],
              ],
            ],
            labels: [[3, 4]],
          },
        },
        training,
      );
      const { boxes, labels } = boundingBoxes!;
      [0.7, 0, 0.3, 1, 1, 0.5, 0, 0.5].forEach((value, i) => {
        expect(boxes.dataSync()[i]).toBeCloseTo(value, 5);
      });
      expect([...labels.dataSync()]).toEqual([3, -1]);
    });
  });

  test('the maps of RandomPerspective are those that ops.image.perspectiveTransform finds', () => {
    scope(() => {
      const layer = randomPerspective({ scale: 0.6, seed: 9 });
      const images = ops.reshape(
        Array.from({ length: 5 * 8 * 9 }, (_, i) => (i * 37) % 101),
        [5, 8, 9, 1],
      );
      const seeds = new SeedGenerator(1);
      const size = { batch: 5, height: 8, width: 9, channels: 1, isSingle: false };
      const maps = layer.getRandomTransformation(size, seeds);
      const start = [
        [0, 0],
        [8, 0],
        [0, 7],
        [8, 7],
      ];
      // the corners as boxes without size
      const corners = ops.tile([start.map(([x, y]) => [x!, y!, x!, y!])], [5, 1, 1]);
      const end = ops.slice(layer.transformBoxes(corners, maps), [0, 0, 0], [5, 4, 2]);
      const wanted = ops.image.perspectiveTransform(images, ops.tile([start], [5, 1, 1]), end);
      const [a, b] = [wanted.dataSync(), layer.transformImages(images, maps).dataSync()];
      a.forEach((value, i) => {
        expect(Math.abs(value - b[i]!)).toBeLessThan(0.05);
      });
      seeds.dispose();
      layer.dispose();
    });
  });
});

test.each([
  [
    () => randomRotation({ factor: 1.5 }),
    'RandomRotation: `factor` must be a number from -1 to 1, or two. Received: 1.5.',
  ],
  [
    () => randomZoom({ heightFactor: -1 }),
    'RandomZoom: `heightFactor` must be a number above -1, up to 1, or two. Received: -1.',
  ],
  [
    () => randomTranslation({ heightFactor: 0, widthFactor: [0, 2] }),
    'RandomTranslation: `widthFactor` must be a number from -1 to 1, or two. Received: [0, 2].',
  ],
  [
    () => randomShear({ xFactor: -0.1 }),
    'RandomShear: `xFactor` must be a number from 0 to 1, or two. Received: -0.1.',
  ],
  [() => randomPerspective({ scale: 2 }), 'RandomPerspective: `scale` must be a number from 0 to 1. Received: 2.'],
  [
    () => randomRotation({ factor: 0.1, fillMode: 'mirror' as 'wrap' }),
    "RandomRotation: `fillMode` must be one of 'reflect', 'wrap', 'constant', 'nearest'. Received: 'mirror'.",
  ],
  [() => randomFlip({ mode: 'left' as 'vertical' }), 'RandomFlip: `mode` must be one of'],
  [() => randomCrop({ height: 0, width: 2 }), 'RandomCrop: `height` must be a positive integer. Received: 0.'],
  [
    () => resizing({ height: 2, width: 2, cropToAspectRatio: true, padToAspectRatio: true }),
    'Resizing: `padToAspectRatio` must be false where cropToAspectRatio is true. Received: true.',
  ],
])('refuses what cannot be done: %#', (make, message) => {
  expect(make).toThrow(message);
});
