import {
  ArgumentError,
  type HostArray,
  ops,
  type PartialShape,
  requireInteger,
  requireNumber,
  requirePositiveInteger,
  type Tensor,
  toTensor,
} from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { melWeights } from './mel-weights.ts';

/** Options of {@link MelSpectrogram}. */
export interface MelSpectrogramConfig extends LayerConfig {
  /** The length of the Fourier transforms. @defaultValue 2048 */
  readonly fftLength?: number;
  /** The distance between pieces of the signal, in samples. @defaultValue 512 */
  readonly sequenceStride?: number;
  /** The length of the window, at most `fftLength`. @defaultValue `fftLength` */
  readonly sequenceLength?: number | null;
  /** What pieces are multiplied by; `null`: nothing. @defaultValue `'hann'` */
  readonly window?: 'hann' | 'hamming' | readonly number[] | null;
  /** Samples per second. @defaultValue 16000 */
  readonly samplingRate?: number;
  /** The number of bands. @defaultValue 128 */
  readonly numMelBins?: number;
  /** The lower edge of the lowest band, in hertz. @defaultValue 20 */
  readonly minFreq?: number;
  /** The upper edge of the highest band, in hertz. @defaultValue half the sampling rate */
  readonly maxFreq?: number | null;
  /** Whether to give out decibels. @defaultValue `true` */
  readonly powerToDb?: boolean;
  /** How far below the loudest place of all inputs decibels may be. @defaultValue 80 */
  readonly topDb?: number;
  /** The power that magnitudes are raised to: 2 for power. @defaultValue 2 */
  readonly magExp?: number;
  /** The least power that decibels are taken of. @defaultValue 1e-10 */
  readonly minPower?: number;
  /** The power of 0 decibels. @defaultValue 1 */
  readonly refPower?: number;
}

const defaults = {
  fftLength: 2048,
  sequenceStride: 512,
  sequenceLength: null,
  window: 'hann',
  samplingRate: 16000,
  numMelBins: 128,
  minFreq: 20,
  maxFreq: null,
  powerToDb: true,
  topDb: 80,
  magExp: 2,
  minPower: 1e-10,
  refPower: 1,
} as const;

/**
 * The mel spectrogram of a signal: how loud it is, in bands of frequency as wide as they are heard, over time.
 *
 * It is `|STFT|^magExp · M`, where {@link melWeights} gives `M`, and of that `10 · log₁₀`, where `powerToDb` says so.
 *
 * Shapes: `[batch, samples]` → `[batch, numMelBins, ⌊samples / sequenceStride⌋ + 1]`; without the batch axis too.
 *
 * @throws ArgumentError if a length is no positive integer, or the window is longer than `fftLength`.
 * @see Keras 3, `keras/src/layers/preprocessing/mel_spectrogram.py`
 * @example
 * new MelSpectrogram({ numMelBins: 64, samplingRate: 8000, sequenceStride: 256 }).apply(ops.zeros([2, 16000])).shape; // [2, 64, 63]
 */
export class MelSpectrogram extends Layer<Resolved<MelSpectrogramConfig, typeof defaults>> {
  static override readonly className = 'MelSpectrogram';

  constructor(config: MelSpectrogramConfig = {}) {
    const given = { ...defaults, ...config };
    super({
      ...given,
      sequenceLength: given.sequenceLength || given.fftLength,
      maxFreq: given.maxFreq || Math.trunc(given.samplingRate / 2),
    });
    const who = 'MelSpectrogram';
    const { fftLength, sequenceStride, samplingRate, numMelBins, sequenceLength, window, topDb, magExp } = this.config;
    for (const [name, value] of Object.entries({ fftLength, sequenceStride, samplingRate, numMelBins, sequenceLength }))
      requirePositiveInteger(who, name, value);
    requireInteger(who, 'fftLength', fftLength, sequenceLength!, `at least as long as the window, ${sequenceLength}`);
    requireNumber(who, 'topDb', topDb);
    requireNumber(who, 'magExp', magExp);
    const isNamed = window === null || window === 'hann' || window === 'hamming';
    if (!isNamed && window?.length !== sequenceLength)
      throw new ArgumentError(who, 'window', `'hann', 'hamming', null, or ${sequenceLength} numbers`, window);
  }

  override call(inputs: Tensor): Tensor {
    const { powerToDb } = this.config;
    const bands = ops.matmul(this.#spectrogram(inputs), toTensor(this.#weights));
    return ops.swapaxes(powerToDb ? this.#decibels(bands) : bands, -1, -2);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const { fftLength, sequenceStride, numMelBins } = this.config;
    const samples = inputShape.at(-1) ?? null;
    // the ends are mirrored by half a transform each
    const pieces = samples === null ? null : Math.floor((samples - (fftLength % 2)) / sequenceStride) + 1;
    return [...inputShape.slice(0, -1), numMelBins, pieces];
  }

  /** Frequencies by time, `[…batch, pieces, ⌊fftLength / 2⌋ + 1]`. */
  #spectrogram(inputs: Tensor): Tensor {
    const { fftLength, sequenceStride, sequenceLength, window, magExp } = this.config;
    const [real, imaginary] = ops.stft(ops.cast(inputs, 'float32'), sequenceLength!, sequenceStride, fftLength, {
      window,
    });
    return ops.power(ops.sqrt(ops.add(ops.square(real), ops.square(imaginary))), magExp);
  }

  #decibels(power: Tensor): Tensor {
    const { minPower, refPower, topDb } = this.config;
    const reference = Math.log10(Math.max(Math.abs(refPower), minPower));
    const decibels = ops.multiply(ops.subtract(ops.log10(ops.maximum(power, minPower)), reference), 10);
    return ops.maximum(decibels, ops.subtract(ops.max(decibels), topDb));
  }

  get #weights(): HostArray {
    const { fftLength, numMelBins, samplingRate, minFreq, maxFreq } = this.config;
    const numSpectrogramBins = Math.floor(fftLength / 2) + 1;
    return melWeights({ numMelBins, numSpectrogramBins, samplingRate, minFreq, maxFreq: maxFreq! });
  }
}

/** Short for `new MelSpectrogram(config)`. */
export const melSpectrogram = (config: MelSpectrogramConfig = {}): MelSpectrogram => new MelSpectrogram(config);
