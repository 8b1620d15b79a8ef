import { cpu } from '@capas/backend-cpu';
import { scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { MelSpectrogram, melSpectrogram } from './mel-spectrogram.ts';
import { melWeights } from './mel-weights.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const small = { fftLength: 16, sequenceStride: 8, samplingRate: 800, numMelBins: 3, minFreq: 10 } as const;

describe('melWeights', () => {
  test('are triangles of height 1 that overlap by halves', () => {
    const options = { numMelBins: 2, numSpectrogramBins: 101, samplingRate: 2000, minFreq: 0, maxFreq: 1000 };
    const [first, second] = [0, 1].map((band) =>
      Array.from({ length: 101 }, (_, i) => melWeights(options).get(2 * i + band)),
    ) as [number[], number[]];
    // the bands meet at a third and two thirds of mel(1000 Hz) = 1000: at 241 and 565 Hz
    expect(first.indexOf(Math.max(...first))).toBe(24);
    expect(second.indexOf(Math.max(...second))).toBe(56);
    for (let i = 25; i <= 56; i++) expect(first[i]! + second[i]!).toBeCloseTo(1, 5);
    expect([first[0], second[0], first[57], second[24]]).toEqual([0, 0, 0, 0]);
  });
});

describe('MelSpectrogram', () => {
  test('keeps the layer contract', () => {
    checkLayer(MelSpectrogram, { config: { ...small, powerToDb: false }, inputShape: [2, 40], outputShape: [2, 3, 6] });
    checkLayer(MelSpectrogram, {
      config: { ...small, window: 'hamming', sequenceLength: 12, magExp: 1 },
      inputShape: [2, 39],
      outputShape: [2, 3, 5],
    });
    expect(melSpectrogram(small).computeOutputShape([40])).toEqual([3, 6]);
    expect(melSpectrogram(small).computeOutputShape([null, null])).toEqual([null, 3, null]);
  });

  test('a tone is loud in its band, and nothing is quieter than `topDb` below', () => {
    const layer = melSpectrogram({ ...small, fftLength: 64, sequenceStride: 32, topDb: 30 });
    const tone = (hertz: number): number[] =>
      Array.from({ length: 256 }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / 800));
    scope(() => {
      for (const [band, hertz] of [85, 190, 290].entries()) {
        const middle = (layer.apply(tone(hertz)).arraySync() as number[][]).map((row) => row[4]!);
        expect(middle.indexOf(Math.max(...middle))).toBe(band);
        expect(Math.max(...middle) - Math.min(...middle)).toBeLessThan(30.001);
      }
    });
  });

  test('refuses what does not fit', () => {
    expect(() => melSpectrogram({ fftLength: 8, sequenceLength: 9 })).toThrow(
      'MelSpectrogram: `fftLength` must be at least as long as the window, 9. Received: 8.',
    );
    expect(() => melSpectrogram({ numMelBins: 0 })).toThrow('MelSpectrogram: `numMelBins` must be a positive integer.');
    expect(() => melSpectrogram({ fftLength: 4, window: [1, 1] })).toThrow(
      "MelSpectrogram: `window` must be 'hann', 'hamming', null, or 4 numbers. Received: [1, 1].",
    );
  });
});
