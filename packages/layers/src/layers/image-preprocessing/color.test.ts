import { cpu } from '@capas/backend-cpu';
import { ops, scope, type Tensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Layer } from '../../layer.ts';
import {
  autoContrast,
  contrastLimitedAdaptiveHistogramEqualization,
  equalization,
  type Factor,
  randomBrightness,
  randomColorDegeneration,
  randomColorJitter,
  randomContrast,
  randomGaussianBlur,
  randomGrayscale,
  randomHue,
  randomInvert,
  randomPosterization,
  randomSaturation,
  randomSharpness,
  solarization,
} from './index.ts';

beforeAll(() => useBackend(cpu({ prefer: ['wasm'] })));

const COUNT = 400;

/** What a layer makes of one pixel, drawn anew for 400 images. */
function fromPixel(layer: Layer, pixel: readonly number[]): number[][] {
  return scope(() => {
    const images = ops.tile([[[[...pixel]]]], [COUNT, 1, 1, 1]);
    const changed = ops.reshape(layer.apply(images, { training: true }) as Tensor, [COUNT, pixel.length]).arraySync();
    layer.dispose();
    return changed as number[][];
  });
}

/** What a layer makes of one image `[h, w, c]`. */
function once(layer: Layer, image: readonly (readonly (readonly number[])[])[], training = true): number[] {
  return scope(() => {
    const changed = [...(layer.apply(ops.array(image), { training }) as Tensor).dataSync()];
    layer.dispose();
    return changed;
  });
}

function expectUniform(values: readonly number[], low: number, high: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const width = high - low;
  for (const [end, bound] of [
    [Math.min(...values), low],
    [Math.max(...values), high],
  ] as const)
    expect(Math.abs(end - bound)).toBeLessThan(0.05 * width);
  // four standard errors
  expect(Math.abs(mean - (low + high) / 2)).toBeLessThan((4 * width) / Math.sqrt(12 * values.length));
}

const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;

describe('what is drawn lies within the factors', () => {
  test('RandomBrightness adds shares of the value range', () => {
    const added = fromPixel(randomBrightness({ factor: [-0.1, 0.3], valueRange: [0, 1] }), [0.5]);
    expectUniform(
      added.map(([value]) => value! - 0.5),
      -0.1,
      0.3,
    );
    expectUniform(
      fromPixel(randomBrightness({ factor: 0.2 }), [128]).map(([value]) => value! - 128),
      -51,
      51,
    );
  });

  test('RandomContrast: as in Keras, a number makes it only stronger', () => {
    const contrast = (factor: Factor): number[] =>
      scope(() => {
        // mean 100, distance 10
        const images = ops.tile([[[[90], [110]]]], [COUNT, 1, 1, 1]);
        const layer = randomContrast({ factor });
        const changed = layer.apply(images, { training: true }).arraySync() as number[][][][];
        layer.dispose();
        return changed.map((image) => (image[0]![1]![0]! - image[0]![0]![0]!) / 20);
      });
    expectUniform(contrast(0.5), 1, 1.5);
    expectUniform(contrast([0.2, 0.6]), 0.8, 1.6);
  });

  test('RandomColorDegeneration, RandomSaturation', () => {
    // gray is 0.2989 · 200
    const gray = 59.78;
    const reds = fromPixel(randomColorDegeneration({ factor: [0.2, 0.7] }), [200, 0, 0]).map(([red]) => red!);
    expectUniform(
      reds.map((red) => (200 - red) / (200 - gray)),
      0.2,
      0.7,
    );
    // saturation 0.5 · f / (1 − f), value 200: the least channel is 200 − 100 f / (1 − f)
    const least = fromPixel(randomSaturation({ factor: [0.1, 0.5] }), [200, 100, 100]).map(([, green]) => green!);
    for (const value of least) {
      const times = (200 - value) / 100;
      expect(times / (1 + times)).toBeGreaterThan(0.0999);
      expect(times / (1 + times)).toBeLessThan(0.5001);
    }
  });

  test('RandomHue goes to either side, by half of the circle at most', () => {
    // red, moved by up to a sixth of the circle: towards yellow, or towards magenta
    const colors = fromPixel(randomHue({ factor: 1 / 3 }), [255, 0, 0]);
    const turns = colors.map(([, green, blue]) => (green! - blue!) / 255 / 6);
    expectUniform(turns, -1 / 6, 1 / 6);
    for (const [red, green, blue] of colors) expect([red, Math.min(green!, blue!)]).toEqual([255, 0]);
  });

  test('RandomPosterization keeps from the lower bound to less than the upper one of the bits', () => {
    const values = fromPixel(randomPosterization({ factor: [2, 5] }), [255]).map(([value]) => value!);
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([192, 224, 240]);
  });

  test('RandomGrayscale and RandomInvert change their share', () => {
    const gray = share(fromPixel(randomGrayscale({ factor: 0.3 }), [9, 8, 7]).map(([a, b]) => a === b));
    expect(Math.abs(gray - 0.3)).toBeLessThan(0.1);
    const fixed = fromPixel(randomInvert({ factor: [0.7, 0.7] }), [55]).map(([value]) => value === 200);
    expect(Math.abs(share(fixed) - 0.7)).toBeLessThan(0.1);
    // a probability that is drawn from 0 to 1 is one half
    const any = fromPixel(randomInvert(), [55]).map(([value]) => value === 200);
    expect(Math.abs(share(any) - 0.5)).toBeLessThan(0.1);
  });

  test('Solarization draws both numbers', () => {
    const added = fromPixel(solarization({ additionFactor: [0.2, 0.4], thresholdFactor: [1, 1] }), [10]);
    expectUniform(
      added.map(([value]) => value! - 10),
      51,
      102,
    );
    const inverted = fromPixel(solarization({ thresholdFactor: 0.5 }), [51]).map(([value]) => value === 204);
    // the threshold is below 51 in 0.2 of 0.5
    expect(Math.abs(share(inverted) - 0.4)).toBeLessThan(0.1);
  });

  test('RandomGaussianBlur blurs its share', () => {
    const spot = [0, 0, 255, 0, 0].map((value) => [value]);
    const blurred = scope(() => {
      const layer = randomGaussianBlur({ factor: [0.4, 0.4], sigma: [0.5, 1] });
      const images = ops.tile([[spot]], [COUNT, 1, 1, 1]);
      const changed = layer.apply(images, { training: true }).arraySync() as number[][][][];
      layer.dispose();
      return changed.map((image) => image[0]![1]![0]! > 0);
    });
    expect(Math.abs(share(blurred) - 0.4)).toBeLessThan(0.1);
  });
});

describe('worked out by hand', () => {
  test('AutoContrast stretches each channel, in inference too; one of one color stays', () => {
    const image = [
      [
        [50, 7],
        [100, 7],
        [75, 7],
      ],
    ];
    expect(once(autoContrast(), image, false)).toEqual([0, 7, 255, 7, 127.5, 7]);
  });

  test('Equalization makes shades about equally frequent', () => {
    // of four shades the darkest becomes 0; 3, 4 and 6 of 6 are up to the others, less the 2 of the darkest
    const image = [[[10], [10], [11], [12], [13], [13]]];
    const shades = [0, 0, 255 / 4, 255 / 2, 255, 255].map(Math.round);
    expect(once(equalization(), image)).toEqual(shades);
    expect(once(equalization(), image, false)).toEqual([10, 10, 11, 12, 13, 13]);
    expect(once(equalization(), [[[40], [40]]])).toEqual([40, 40]);
  });

  test('ContrastLimitedAdaptiveHistogramEqualization with one tile and no limit counts as Equalization does', () => {
    const image = [[[10], [10], [11], [12], [13], [13]]];
    const layer = contrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [1, 1], clipLimit: 0 });
    // without the step that makes the darkest one 0: 2, 3, 4, 6 of 6
    expect(once(layer, image).map((value) => Math.round(value))).toEqual([85, 85, 128, 170, 255, 255]);
  });

  test('RandomSharpness of one half changes nothing, and 0 is the smooth image', () => {
    const spot = [[[0], [130], [0]]];
    expect(once(randomSharpness({ factor: [0.5, 0.5] }), spot)).toEqual([0, 130, 0]);
    expect(once(randomSharpness({ factor: 0 }), spot).map(Math.round)).toEqual([10, 50, 10]);
  });

  test('RandomColorJitter goes through brightness, contrast, saturation and hue; what is left out does nothing', () => {
    const image = [[[200, 100, 100]]];
    expect(once(randomColorJitter(), image)).toEqual([200, 100, 100]);
    // 20 darker, then no saturation
    const layer = randomColorJitter({ brightnessFactor: [-0.1, -0.1], saturationFactor: 0, valueRange: [0, 200] });
    expect(once(layer, image).map(Math.round)).toEqual([180, 180, 180]);
  });
});

test.each([
  [
    () => randomContrast({ factor: -0.1 }),
    'RandomContrast: `factor` must be a number from 0 to 1, or two. Received: -0.1.',
  ],
  [
    () => randomBrightness({ factor: 0.1, valueRange: 255 as unknown as [number, number] }),
    'RandomBrightness: `valueRange` must be a pair of numbers. Received: 255.',
  ],
  [
    () => randomPosterization({ factor: 2.5 }),
    'RandomPosterization: `factor` must be an integer from 1 to 8, or two. Received: 2.5.',
  ],
  [() => randomGrayscale({ factor: 2 }), 'RandomGrayscale: `factor` must be a number from 0 to 1. Received: 2.'],
  [
    () => randomGaussianBlur({ kernelSize: 4 }),
    'RandomGaussianBlur: `kernelSize` must be an odd number above 0, or two. Received: 4.',
  ],
  [() => solarization({ additionFactor: 2 }), 'Solarization: `additionFactor` must be a number from 0 to 1, or two.'],
  [() => equalization({ bins: 0 }), 'Equalization: `bins` must be a positive integer. Received: 0.'],
  [
    () => contrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [2, 0] }),
    'ContrastLimitedAdaptiveHistogramEqualization: `tileGridSize` must be two integers above 0. Received: [2, 0].',
  ],
  [() => once(randomHue({ factor: 0.1 }), [[[1]]]), 'ops.image.rgbToHsv: expected 3 channels. Received: [1, 1, 1, 1].'],
])('refuses what cannot be done: %#', (make, message) => {
  expect(make).toThrow(message);
});
