import {
  ArgumentError,
  type DType,
  HostArray,
  requireOneOf,
  type Shape,
  ShapeError,
  scope,
  showShape,
  type Tensor,
  toTensor,
} from '@capas/core';
import { Initializer } from './initializer.ts';

/** The coefficients `a` of the windows `Σₖ (−1)ᵏ aₖ cos(2πkn / N)`. */
const WINDOWS = {
  boxcar: [1],
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
} as const;

/** Options of {@link STFT}. */
export interface STFTConfig {
  /** Which part of the transform. @defaultValue `'real'` */
  readonly side?: 'real' | 'imag';
  /** A window by name or its values; `null`: none. @defaultValue `'hann'` */
  readonly window?: keyof typeof WINDOWS | readonly number[] | null;
  /** What the windowed kernel is divided by: the root of the window's energy, or its sum. @defaultValue `'density'` */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Whether the window is that of a spectrum (periodic) or of a filter (symmetric). @defaultValue `false` */
  readonly periodic?: boolean;
}

/**
 * The kernel of a 1D convolution that computes the real or imaginary part of a short-term Fourier transform.
 *
 * Shape of the weight: `[frameLength, inputChannels, fftLength / 2 + 1]`; all input channels get the same kernel.
 *
 * @see Keras 3, `keras/src/initializers/constant_initializers.py`
 */
export class STFT extends Initializer<Required<STFTConfig>> {
  static override readonly className = 'STFT';

  constructor(config: STFTConfig = {}) {
    const { side = 'real', window = 'hann', scaling = 'density', periodic = false } = config;
    requireOneOf('STFT', 'side', side, ['real', 'imag']);
    if (typeof window === 'string') requireOneOf('STFT', 'window', window, Object.keys(WINDOWS));
    if (scaling !== null) requireOneOf('STFT', 'scaling', scaling, ['density', 'spectrum']);
    super({ side, window, scaling, periodic });
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    if (shape.length !== 3) {
      throw new ShapeError(
        `STFT: expected a weight of shape [frameLength, inputChannels, bins]. Received: ${showShape(shape)}.`,
      );
    }
    const [frameLength, channels, bins] = shape as [number, number, number];
    const wave = this.config.side === 'real' ? Math.cos : Math.sin;
    const window = this.#scaledWindow(frameLength);
    const values = new Float32Array(frameLength * channels * bins);
    for (let i = 0; i < values.length; i++) {
      const time = Math.floor(i / (channels * bins));
      values[i] = wave((-2 * Math.PI * time * (i % bins)) / (2 * (bins - 1))) * window[time]!;
    }
    return scope(() => toTensor(new HostArray(values, shape), dtype));
  }

  #scaledWindow(length: number): number[] {
    const { window, scaling, periodic } = this.config;
    if (window === null) return new Array<number>(length).fill(1);
    const values = typeof window === 'string' ? windowValues(WINDOWS[window], length, periodic) : [...window];
    if (values.length !== length) throw new ArgumentError('STFT', 'window', `of length ${length}`, window);
    if (scaling === null) return values;
    const total = values.reduce((sum, x) => sum + (scaling === 'density' ? x * x : Math.abs(x)), 0);
    const divisor = scaling === 'density' ? Math.sqrt(total) : total;
    return values.map((x) => x / divisor);
  }
}

/** Makes an {@link STFT} initializer. */
export const stft = (config: STFTConfig = {}): STFT => new STFT(config);

function windowValues(coefficients: readonly number[], length: number, periodic: boolean): number[] {
  const period = periodic ? length : Math.max(1, length - 1);
  return Array.from({ length }, (_, n) =>
    coefficients.reduce((sum, a, k) => sum + (-1) ** k * a * Math.cos((2 * Math.PI * k * n) / period), 0),
  );
}
