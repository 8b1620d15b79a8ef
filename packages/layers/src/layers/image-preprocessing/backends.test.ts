import { cpu } from '@capas/backend-cpu';
import { ops, type Shape, scope, type Tensor, useBackend } from '@capas/core';
import { runAsProgram } from '@capas/core/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Layer } from '../../layer.ts';
import * as layers from './index.ts';

const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

const SHAPE: Shape = [3, 6, 5, 3];
const seed = 11;
const make: Readonly<Record<string, () => Layer>> = {
  flip: () => layers.randomFlip({ seed }),
  crop: () => layers.randomCrop({ height: 4, width: 3, seed }),
  rotation: () => layers.randomRotation({ factor: 0.2, seed }),
  zoom: () => layers.randomZoom({ heightFactor: 0.3, fillMode: 'constant', seed }),
  perspective: () => layers.randomPerspective({ scale: 0.5, seed }),
  elastic: () => layers.randomElasticTransform({ fillMode: 'nearest', seed }),
  jitter: () => layers.randomColorJitter({ brightnessFactor: 0.2, saturationFactor: 0.7, hueFactor: 0.5, seed }),
  posterization: () => layers.randomPosterization({ factor: [1, 8], seed }),
  sharpness: () => layers.randomSharpness({ factor: 1, seed }),
  blur: () => layers.randomGaussianBlur({ kernelSize: 5, seed }),
  erasing: () => layers.randomErasing({ factor: [0.8, 0.8], seed }),
  solarization: () => layers.solarization({ additionFactor: 0.3, thresholdFactor: 0.6, seed }),
  equalization: () => layers.equalization(),
  clahe: () => layers.contrastLimitedAdaptiveHistogramEqualization({ tileGridSize: [2, 2] }),
  mixUp: () => layers.mixUp({ seed }),
  cutMix: () => layers.cutMix({ seed }),
  randAugment: () => layers.randAugment({ seed }),
};

/** Those that compute nothing that is rounded in different ways: equal draws make them equal bit by bit. */
const ONLY_DRAWN = new Set(['flip', 'crop', 'posterization', 'erasing']);

/** Whole numbers, so that no rounding decides between two shades. */
const pixels = (): Tensor =>
  ops.reshape(
    Array.from({ length: 270 }, (_, i) => (i * 89) % 256),
    SHAPE,
  );

/** Two calls of a fresh layer while training: what it makes of the pixels the first and the second time. */
function twoCalls(name: string, isProgram: boolean): number[][] {
  return scope(() => {
    const layer = make[name]!();
    const step = (x: Tensor): Tensor => layer.apply(x, { training: true }) as Tensor;
    const input = pixels();
    const results = [0, 1].map(() => [...(isProgram ? runAsProgram(step, input) : step(input)).dataSync()]);
    layer.dispose();
    return results;
  });
}

const reference: Record<string, number[][]> = {};

beforeAll(async () => {
  await useBackend(cpu({ prefer: ['js'] }));
  for (const name of Object.keys(make)) reference[name] = twoCalls(name, false);
});

test.each(Object.keys(make).filter((name) => !['equalization', 'clahe'].includes(name)))(
  '%s draws anew at each call',
  (name) => {
    const [first, second] = reference[name]!;
    expect(first).not.toEqual(second);
  },
);

describe.each([
  ['js', true],
  ['wasm', false],
  ['wasm', true],
  ...(native ? [['native', false] as const, ['native', true] as const] : []),
] as const)('on %s, as a program: %s', (backend, isProgram) => {
  beforeAll(() => useBackend(cpu({ prefer: [backend] })));

  test.each(Object.keys(make))('%s makes the same of the same seed', (name) => {
    const calls = twoCalls(name, isProgram);
    if (ONLY_DRAWN.has(name)) expect(calls).toEqual(reference[name]);
    calls.forEach((values, call) => {
      values.forEach((value, i) => {
        // logarithms, sines and their like differ in the last bits
        expect(Math.abs(value - reference[name]![call]![i]!), `${name}, call ${call}, ${i}`).toBeLessThan(2e-2);
      });
    });
  });
});
