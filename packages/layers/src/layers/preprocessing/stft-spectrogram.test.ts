import { cpu } from '@capas/backend-cpu';
import { scope, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { STFTSpectrogram, stftSpectrogram } from './stft-spectrogram.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const small = { frameLength: 8, frameStep: 4 } as const;
const kernel = [8, 1, 5];
const both = { real_kernel: kernel, imag_kernel: kernel };

describe('STFTSpectrogram', () => {
  test.each([
    [{ ...small, mode: 'magnitude' }, [2, 16, 2], [2, 3, 10], both],
    [{ ...small, mode: 'log', expandDims: true, padding: 'same' }, [2, 14, 2], [2, 4, 5, 2], both],
    [{ ...small, mode: 'psd', dataFormat: 'channelsFirst' }, [2, 2, 16], [2, 10, 3], both],
    [{ ...small, mode: 'stft', dataFormat: 'channels_first', expandDims: true }, [2, 2, 16], [2, 2, 3, 10], both],
    [{ ...small, mode: 'real', fftLength: 8, window: null }, [2, 16, 1], [2, 3, 5], { real_kernel: kernel }],
    [{ ...small, mode: 'imag', scaling: 'spectrum' }, [2, 16, 1], [2, 3, 5], { imag_kernel: kernel }],
  ] as const)('keeps the layer contract: %j', (config, inputShape, outputShape, weights) => {
    checkLayer(STFTSpectrogram, { config: config as never, inputShape, outputShape, weights });
  });

  test('gives the transform of each piece', () => {
    // without window and scaling, 4 samples 0, 1, 0, −1 are sin(2π i / 4): −2i at frequency 1, nothing else
    const pieces = { frameLength: 4, frameStep: 4, window: null, scaling: null };
    const x = [[[0], [1], [0], [-1]]];
    scope(() => {
      const value = (mode: 'real' | 'imag' | 'psd') => [
        ...stftSpectrogram({ ...pieces, mode })
          .apply(x)
          .dataSync(),
      ];
      expect(value('real')).toEqual([0, 0, 0].map((part) => expect.closeTo(part, 5)));
      expect(value('imag')).toEqual([0, -2, 0].map((part) => expect.closeTo(part, 5)));
      // twice the power for the frequency that is there as a negative one too
      expect(value('psd')).toEqual([0, 8, 0].map((part) => expect.closeTo(part, 5)));
    });
  });

  test('refuses what does not fit', () => {
    const refused = (config: object, text: string): void =>
      void expect(() => stftSpectrogram(config)).toThrow(`STFTSpectrogram: ${text}`);
    refused(
      { frameLength: 8, frameStep: 9 },
      '`frameStep` must be an integer from 1 to `frameLength`, 8. Received: 9.',
    );
    refused(
      { frameLength: 8, fftLength: 4 },
      '`fftLength` must be an integer of at least `frameLength`, 8. Received: 4.',
    );
    refused({ mode: 'power' }, "`mode` must be one of 'log',");
    refused({ scaling: 'sum' }, "`scaling` must be one of 'density', 'spectrum'. Received: 'sum'.");
    refused({ padding: 'causal' }, "`padding` must be one of 'valid', 'same'. Received: 'causal'.");
    expect(() => stftSpectrogram(small).apply([[1, 2]])).toThrow('rank');
  });
});
