import {
  ArgumentError,
  config,
  type DataFormat,
  isChannelsFirst,
  ops,
  type PartialShape,
  requireOneOf,
  requirePositiveInteger,
  type Tensor,
} from '@capas/core';
import { type STFTConfig, stft } from '../../initializers/stft.ts';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import type { Weight } from '../../weight.ts';

/** What of the transform is given out. */
type Mode = 'log' | 'magnitude' | 'psd' | 'real' | 'imag' | 'angle' | 'stft';

/** Options of {@link STFTSpectrogram}. */
export interface STFTSpectrogramConfig extends LayerConfig {
  /** The logarithm of the magnitude, the magnitude, the power, or parts of the complex numbers. @defaultValue `'log'` */
  readonly mode?: Mode;
  /** The length of the pieces of the signal, in samples. @defaultValue 256 */
  readonly frameLength?: number;
  /** The distance between pieces, at most their length. @defaultValue half of `frameLength` */
  readonly frameStep?: number | null;
  /** The length of the transforms, at least that of the pieces. @defaultValue the next power of two */
  readonly fftLength?: number | null;
  /** What pieces are multiplied by; `null`: nothing. @defaultValue `'hann'` */
  readonly window?: NonNullable<STFTConfig['window']> | null;
  /** Whether the window is that of a spectrum. @defaultValue `false` */
  readonly periodic?: boolean;
  /** What is made equal for all windows: the density of power, the height of lines, or nothing. @defaultValue `'density'` */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether there are pieces that reach beyond the ends, filled up with zeros. @defaultValue `'valid'`: none */
  readonly padding?: 'valid' | 'same';
  /** Whether channels keep an axis of their own. @defaultValue `false`: they stand one after the other with the frequencies */
  readonly expandDims?: boolean;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = {
  mode: 'log',
  frameLength: 256,
  frameStep: null,
  fftLength: null,
  window: 'hann',
  periodic: false,
  scaling: 'density',
  padding: 'valid',
  expandDims: false,
  dataFormat: null,
} as const;

/**
 * The spectrogram of a signal by a convolution with weights that start as a short-time Fourier transform, and can be trained.
 *
 * Shapes: `[batch, time, channels]` → `[batch, frames, channels · bins]`, where `bins = ⌊fftLength / 2⌋ + 1`, twice as many for
 * `'stft'`; with `expandDims` `[batch, frames, bins, channels]`. Channels first: `[batch, channels, time]` →
 * `[batch, channels · bins, frames]` or `[batch, channels, frames, bins]`.
 * Weights: `real_kernel` (not for `'imag'`), `imag_kernel` (not for `'real'`), each `[frameLength, 1, bins]`.
 *
 * @throws ArgumentError for lengths that do not fit together.
 * @see Keras 3, `keras/src/layers/preprocessing/stft_spectrogram.py`
 * @example
 * new STFTSpectrogram({ frameLength: 64 }).apply(ops.zeros([1, 256, 1])).shape; // [1, 7, 33]
 */
export class STFTSpectrogram extends Layer<Resolved<STFTSpectrogramConfig, typeof defaults>> {
  static override readonly className = 'STFTSpectrogram';
  realKernel: Weight | undefined;
  imagKernel: Weight | undefined;
  readonly #step: number;
  readonly #fftLength: number;

  constructor(config: STFTSpectrogramConfig = {}) {
    super({ ...defaults, ...config });
    const who = 'STFTSpectrogram';
    const { mode, frameLength, frameStep, fftLength, scaling, padding, dataFormat } = this.config;
    requireOneOf(who, 'mode', mode, ['log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft']);
    requirePositiveInteger(who, 'frameLength', frameLength);
    if (scaling !== null) requireOneOf(who, 'scaling', scaling, ['density', 'spectrum']);
    requireOneOf(who, 'padding', padding, ['valid', 'same']);
    isChannelsFirst(who, dataFormat);
    this.#step = frameStep ?? Math.floor(frameLength / 2);
    if (!Number.isInteger(this.#step) || this.#step < 1 || this.#step > frameLength)
      throw new ArgumentError(who, 'frameStep', `an integer from 1 to \`frameLength\`, ${frameLength}`, this.#step);
    this.#fftLength = fftLength ?? 2 ** Math.ceil(Math.log2(frameLength));
    if (!Number.isInteger(this.#fftLength) || this.#fftLength < frameLength)
      throw new ArgumentError(who, 'fftLength', `an integer of at least \`frameLength\`, ${frameLength}`, fftLength);
    this.inputSpec = { rank: 3 };
  }

  override build(): void {
    const { mode, frameLength, window, scaling, periodic } = this.config;
    const shape = [frameLength, 1, this.#bins];
    const kernel = (side: 'real' | 'imag'): Weight =>
      this.addWeight(`${side}_kernel`, shape, stft({ side, window, scaling, periodic }));
    if (mode !== 'imag') this.realKernel = kernel('real');
    if (mode !== 'real') this.imagKernel = kernel('imag');
  }

  override call(inputs: Tensor): Tensor {
    const { mode } = this.config;
    const [real, imag] = [this.realKernel, this.imagKernel].map((kernel) => kernel && this.#transform(inputs, kernel));
    if (mode === 'real') return this.#arrange(real!);
    if (mode === 'imag') return this.#arrange(imag!);
    if (mode === 'angle') return this.#arrange(ops.arctan2(imag!, real!));
    if (mode === 'stft') return this.#arrange(ops.concatenate([real!, imag!], { axis: 2 }));
    const power = ops.add(ops.square(real!), ops.square(imag!));
    if (mode === 'psd') return this.#arrange(oneSided(power));
    const magnitude = this.#arrange(ops.sqrt(ops.maximum(power, config.epsilon())));
    return mode === 'magnitude' ? magnitude : ops.log(ops.maximum(magnitude, config.epsilon()));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const { mode, frameLength, padding, expandDims } = this.config;
    const [batch = null, ...rest] = inputShape;
    const [channels = null, time = null] = this.#isChannelsFirst ? rest : rest.toReversed();
    const bins = this.#bins * (mode === 'stft' ? 2 : 1);
    const reach = padding === 'same' ? 1 : frameLength;
    const frames = time === null ? null : Math.floor((time - reach) / this.#step) + 1;
    if (expandDims) return this.#isChannelsFirst ? [batch, channels, frames, bins] : [batch, frames, bins, channels];
    const joined = channels === null ? null : channels * bins;
    return this.#isChannelsFirst ? [batch, joined, frames] : [batch, frames, joined];
  }

  get #bins(): number {
    return Math.floor(this.#fftLength / 2) + 1;
  }

  get #isChannelsFirst(): boolean {
    return isChannelsFirst('STFTSpectrogram', this.config.dataFormat);
  }

  /** A part of the transform, `[batch, channels, bins, frames]`: each channel is a signal by itself. */
  #transform(inputs: Tensor, kernel: Weight): Tensor {
    const { padding } = this.config;
    const signals = this.#isChannelsFirst ? inputs : ops.transpose(inputs, { axes: [0, 2, 1] });
    const [batch, channels, time] = signals.shape as [number, number, number];
    const result = ops.conv(ops.reshape(signals, [batch * channels, time, 1]), kernel, {
      padding,
      strides: this.#step,
    });
    const [, frames, bins] = result.shape as [number, number, number];
    return ops.reshape(ops.transpose(result, { axes: [0, 2, 1] }), [batch, channels, bins, frames]);
  }

  /** `[batch, channels, bins, frames]` in the order of the output. */
  #arrange(values: Tensor): Tensor {
    const { expandDims } = this.config;
    if (expandDims) return ops.transpose(values, { axes: this.#isChannelsFirst ? [0, 1, 3, 2] : [0, 3, 2, 1] });
    const [batch, channels, bins, frames] = values.shape as [number, number, number, number];
    const joined = ops.reshape(values, [batch, channels * bins, frames]);
    return this.#isChannelsFirst ? joined : ops.transpose(joined, { axes: [0, 2, 1] });
  }
}

/** Short for `new STFTSpectrogram(config)`. */
export const stftSpectrogram = (config: STFTSpectrogramConfig = {}): STFTSpectrogram => new STFTSpectrogram(config);

/** The power of negative frequencies added to that of the positive ones: twice, but for the first and the last bin. */
function oneSided(power: Tensor): Tensor {
  const [batch, channels, bins, frames] = power.shape as [number, number, number, number];
  if (bins < 3) return power;
  const inner = ops.slice(power, [0, 0, 1, 0], [batch, channels, bins - 2, frames]);
  return ops.add(
    power,
    ops.pad(inner, [
      [0, 0],
      [0, 0],
      [1, 1],
      [0, 0],
    ]),
  );
}
