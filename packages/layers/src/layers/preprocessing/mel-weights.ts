import { HostArray } from '@capas/core';

/** Options of {@link melWeights}. */
export interface MelWeightsOptions {
  readonly numMelBins: number;
  /** The bins of the spectrogram, from 0 to half the sampling rate. */
  readonly numSpectrogramBins: number;
  /** Samples per second. */
  readonly samplingRate: number;
  /** The lower edge of the lowest band, in hertz. */
  readonly minFreq: number;
  /** The upper edge of the highest band, in hertz. */
  readonly maxFreq: number;
}

/**
 * The matrix `[numSpectrogramBins, numMelBins]` from frequencies to bands on the mel scale, `mel(f) = 1127 · ln(1 + f / 700)`:
 * triangles of height 1, each from the middle of the band below to that of the band above. Frequency 0 is in none.
 *
 * @see Keras 3, `keras/src/layers/preprocessing/mel_spectrogram.py`; HTK Book, 5.4
 */
export function melWeights(options: MelWeightsOptions): HostArray {
  const { numMelBins, numSpectrogramBins, samplingRate, minFreq, maxFreq } = options;
  const [low, high] = [mel(minFreq), mel(maxFreq)];
  const edge = (i: number): number => low + ((high - low) * i) / (numMelBins + 1);
  const weights = new Float32Array(numSpectrogramBins * numMelBins);
  for (let bin = 1; bin < numSpectrogramBins; bin++) {
    const at = mel((samplingRate / 2) * (bin / (numSpectrogramBins - 1)));
    for (let band = 0; band < numMelBins; band++) {
      const [lower, centre, upper] = [edge(band), edge(band + 1), edge(band + 2)];
      const height = Math.min((at - lower) / (centre - lower), (upper - at) / (upper - centre));
      weights[bin * numMelBins + band] = Math.max(0, height);
    }
  }
  return new HostArray(weights, [numSpectrogramBins, numMelBins]);
}

const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
