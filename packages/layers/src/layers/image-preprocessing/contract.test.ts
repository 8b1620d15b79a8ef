import { cpu } from '@capas/backend-cpu';
import { ops, type Shape, type Tensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { checkLayer, type LayerClass } from '../../testing/check-layer.ts';
import * as images from './index.ts';

const classes = images as unknown as Record<string, LayerClass<object>>;

/** Every layer, with options that make it do something. */
const LAYERS: readonly [name: string, config: object, outputShape?: Shape][] = [
  ['Resizing', { height: 3, width: 8 }, [2, 3, 8, 3]],
  ['Resizing', { height: 3, width: 4, interpolation: 'bicubic', cropToAspectRatio: true }, [2, 3, 4, 3]],
  ['Resizing', { height: 7, width: 4, antialias: true, padToAspectRatio: true, fillValue: 9 }, [2, 7, 4, 3]],
  ['CenterCrop', { height: 2, width: 3 }, [2, 2, 3, 3]],
  ['CenterCrop', { height: 9, width: 3 }, [2, 9, 3, 3]],
  ['RandomFlip', { seed: 1 }],
  ['RandomRotation', { factor: 0.2 }],
  ['RandomZoom', { heightFactor: [-0.5, 0.3], fillMode: 'nearest' }],
  ['RandomTranslation', { heightFactor: 0.2, widthFactor: [0, 0.3], fillMode: 'wrap' }],
  ['RandomShear', { xFactor: 0.3, yFactor: [0.1, 0.2], fillMode: 'constant', fillValue: 4 }],
  ['RandomPerspective', { scale: 0.4 }],
  ['RandomElasticTransform', { scale: 0.5 }],
  ['RandomContrast', { factor: 0.5 }],
  ['RandomBrightness', { factor: 0.5, valueRange: [0, 255] }],
  ['RandomColorJitter', { brightnessFactor: 0.1, contrastFactor: 0.2, saturationFactor: 0.6, hueFactor: 0.4 }],
  ['RandomColorDegeneration', { factor: 0.5 }],
  ['RandomHue', { factor: 0.5 }],
  ['RandomSaturation', { factor: [0.4, 0.8] }],
  ['RandomSharpness', { factor: 0.8 }],
  ['RandomPosterization', { factor: [2, 6] }],
  ['RandomGrayscale', { factor: 0.5 }],
  ['RandomInvert', { factor: 0.5 }],
  ['RandomGaussianBlur', { kernelSize: [3, 5] }],
  ['RandomErasing', { scale: [0.1, 0.5] }],
  ['Solarization', { additionFactor: 0.2, thresholdFactor: [0.3, 0.6] }],
  ['AutoContrast', {}],
  ['Equalization', { bins: 32 }],
  ['ContrastLimitedAdaptiveHistogramEqualization', { tileGridSize: [2, 3] }],
  ['MixUp', { alpha: 0.4 }],
  ['CutMix', {}],
  ['RandAugment', { numOps: 1 }],
  ['AugMix', { numChains: 2, chainDepth: 1 }],
  ['MaxNumBoundingBoxes', { maxNumber: 3 }],
];

/** Pixels from 0 to 255, different ones. */
const pixels = (shape: Shape): Tensor => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return ops.reshape(
    Float32Array.from({ length: size }, (_, i) => ((i * 2654435761) >>> 8) % 256),
    shape,
  );
};

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

test.each(LAYERS)('%s keeps the layer contract: %o', (name, config, outputShape = [2, 4, 5, 3]) => {
  const options = { training: false };
  checkLayer(classes[name]!, { config, inputShape: [2, 4, 5, 3], outputShape, options, makeInput: pixels });
});

test('every layer is checked', () => {
  const names = Object.keys(images).filter((name) => /^[A-Z]/.test(name) && !name.startsWith('Base'));
  expect(new Set([...LAYERS.map(([name]) => name), 'RandomCrop'])).toEqual(new Set(names));
});
