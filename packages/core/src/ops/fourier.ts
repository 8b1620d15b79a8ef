import * as tf from '@tensorflow/tfjs-core';
import { requireInteger, requireOneOf } from '../check.ts';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { pad } from './join.ts';
import { extractSequences } from './signal.ts';
import { constant, floats } from './support.ts';

/** Complex numbers as a pair: real and imaginary parts of one shape. */
export type ComplexPair = readonly [real: TensorLike, imaginary: TensorLike];

/** A pair of results: real and imaginary parts. */
export type ComplexResult = [real: Tensor, imaginary: Tensor];

/** The discrete Fourier transform along the last axis. */
export function fft(x: ComplexPair): ComplexResult {
  return scope(() => transform(pair('fft', x)));
}

/** The discrete Fourier transform along the last two axes. */
export function fft2(x: ComplexPair): ComplexResult {
  return scope(() => transform2(pair('fft2', x)));
}

/** The inverse of {@link fft2}. */
export function ifft2(x: ComplexPair): ComplexResult {
  return scope(() => {
    const [real, imaginary] = pair('ifft2', x);
    const [re, im] = transform2([real, tf.neg(imaginary)]);
    const count = real.shape.at(-1)! * real.shape.at(-2)!;
    return [tf.div(re, count), tf.div(im, -count)];
  });
}

/** The transform of real numbers along the last axis: the first `⌊n / 2⌋ + 1` of its values, the others mirror them. */
export function rfft(x: TensorLike, options: { readonly fftLength?: number | null } = {}): ComplexResult {
  return scope(() => {
    const value = floats('rfft', x);
    const n = options.fftLength ?? value.shape.at(-1)!;
    return realTransform(toLength(value, requireInteger('ops.rfft', 'fftLength', n, 1)));
  });
}

/** The inverse of {@link rfft}: `n` real numbers (`2 (m − 1)` of `m` values by default). */
export function irfft(x: ComplexPair, options: { readonly fftLength?: number | null } = {}): Tensor {
  return scope(() => {
    const [real, imaginary] = pair('irfft', x);
    const n = options.fftLength ?? 2 * (real.shape.at(-1)! - 1);
    return inverseReal(real, imaginary, requireInteger('ops.irfft', 'fftLength', n, 1));
  });
}

/** Options of {@link stft}. */
export interface StftOptions {
  /** What each piece is multiplied by: a name, a vector of `sequenceLength`, or `null` for ones. @defaultValue `'hann'` */
  readonly window?: 'hann' | 'hamming' | TensorLike | null;
  /** Whether piece `t` is centred at `t · stride`, the ends mirrored. @defaultValue `true` */
  readonly center?: boolean;
}

/** Short-time Fourier transform: {@link rfft} of overlapping pieces, `[…, pieces, ⌊fftLength / 2⌋ + 1]` twice. */
export function stft(
  x: TensorLike,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options: StftOptions = {},
): ComplexResult {
  const { window = 'hann', center = true } = options;
  requireInteger('ops.stft', 'fftLength', fftLength, sequenceLength);
  return scope(() => {
    let value = floats('stft', x);
    if (center) {
      const none: [number, number] = [0, 0];
      const half = Math.floor(fftLength / 2);
      value = pad(
        value,
        value.shape.map((_, i): [number, number] => (i === value.rank - 1 ? [half, half] : none)),
        {
          mode: 'reflect',
        },
      );
    }
    const pieces = extractSequences(value, fftLength, sequenceStride);
    const weights = windowOf('stft', window, sequenceLength, fftLength);
    return realTransform(weights ? tf.mul(pieces, weights) : pieces);
  });
}

/** The inverse of {@link stft}: overlapping pieces are added, weighted so that the windows cancel. */
export function istft(
  x: ComplexPair,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options: StftOptions & { readonly length?: number | null } = {},
): Tensor {
  const { window = 'hann', center = true, length } = options;
  return scope(() => {
    const [real, imaginary] = pair('istft', x);
    const pieces = inverseReal(real, imaginary, fftLength);
    const weights = windowOf('istft', window, sequenceLength, fftLength);
    const weighted = weights ? tf.mul(pieces, inverseWindow(weights, sequenceStride)) : pieces;
    const count = real.shape.at(-2)!;
    const total = fftLength + sequenceStride * (count - 1);
    const places = Array.from({ length: count * fftLength }, (_, i) => {
      return Math.floor(i / fftLength) * sequenceStride + (i % fftLength);
    });
    const columns = tf.transpose(tf.reshape(weighted, [-1, count * fftLength]));
    const sums = tf.transpose(tf.unsortedSegmentSum(columns, tf.tensor1d(places, 'int32'), total));
    const start = center ? Math.floor(fftLength / 2) : 0;
    const stop = length !== undefined && length !== null ? start + length : total - start;
    const cut = tf.slice(sums, [0, start], [-1, Math.min(stop, total) - start]);
    return tf.reshape(cut, [...real.shape.slice(0, -2), cut.shape[1]!]);
  });
}

type Parts = [Tensor, Tensor];

/**
 * Cooley and Tukey's factorisation with matrix products for the factors: `n = a · b` costs `n (a + b)`. Everything is an
 * op that every backend has and that can be differentiated.
 */
function transform([real, imaginary]: Parts): Parts {
  const n = real.shape.at(-1)!;
  const a = n <= DIRECT ? n : smallFactor(n);
  if (a === n) return direct(real, imaginary, n);
  const b = n / a;
  const batch = real.shape.slice(0, -1);
  const rows = real.size / n;
  // element b·i + j stands in row j of the first step, which transforms over i
  const turn = (x: Tensor, from: number, to: number) => tf.transpose(tf.reshape(x, [rows, from, to]), [0, 2, 1]);
  const first = direct(turn(real, a, b), turn(imaginary, a, b), a);
  const angle = (k: number) => (-2 * Math.PI * ((Math.floor(k / a) * (k % a)) % n)) / n;
  const twisted = multiply(
    first,
    table([b, a], (k) => Math.cos(angle(k))),
    table([b, a], (k) => Math.sin(angle(k))),
  );
  const second = transform([turn(twisted[0], b, a), turn(twisted[1], b, a)]);
  return second.map((x) => tf.reshape(turn(x, a, b), [...batch, n])) as Parts;
}

function transform2(parts: Parts): Parts {
  const swap = (x: Tensor) =>
    tf.transpose(
      x,
      [...x.shape.keys()].map((i) => (i === x.rank - 1 ? i - 1 : i === x.rank - 2 ? i + 1 : i)),
    );
  const columns = transform(transform(parts).map(swap) as Parts);
  return columns.map(swap) as Parts;
}

function direct(real: Tensor, imaginary: Tensor, n: number): Parts {
  const angle = (k: number) => (-2 * Math.PI * ((Math.floor(k / n) * (k % n)) % n)) / n;
  const cosine = table([n, n], (k) => Math.cos(angle(k)));
  const sine = table([n, n], (k) => Math.sin(angle(k)));
  const product = (x: Tensor, y: Tensor) => tf.reshape(tf.matMul(tf.reshape(x, [-1, n]), y), x.shape);
  return [
    tf.sub(product(real, cosine), product(imaginary, sine)),
    tf.add(product(real, sine), product(imaginary, cosine)),
  ];
}

function realTransform(x: Tensor): Parts {
  const [real, imaginary] = transform([x, tf.zerosLike(x)]);
  const count = Math.floor(x.shape.at(-1)! / 2) + 1;
  const head = (y: Tensor) =>
    tf.slice(
      y,
      y.shape.map(() => 0),
      [...y.shape.slice(0, -1), count],
    );
  return [head(real), head(imaginary)];
}

function inverseReal(real: Tensor, imaginary: Tensor, n: number): Tensor {
  const kept = Math.floor(n / 2) + 1;
  const [re, im] = [toLength(real, kept), toLength(imaginary, kept)];
  const axis = re.rank - 1;
  const mirrored = Array.from({ length: n - kept }, (_, i) => n - kept - i);
  const whole = (x: Tensor, sign: number) => {
    const rest = tf.gather(x, tf.tensor1d(mirrored, 'int32'), axis);
    return mirrored.length === 0 ? x : tf.concat([x, tf.mul(rest, sign)], axis);
  };
  // the inverse is the transform of the conjugate, whose real part is wanted
  return tf.div(transform([whole(re, 1), tf.neg(whole(im, -1))])[0], n);
}

function multiply([real, imaginary]: Parts, c: Tensor, d: Tensor): Parts {
  return [tf.sub(tf.mul(real, c), tf.mul(imaginary, d)), tf.add(tf.mul(real, d), tf.mul(imaginary, c))];
}

/** Up to this length one matrix product is as good as two. */
const DIRECT = 32;

/** The factor of `n` nearest below its root; `n` itself if it is prime. */
function smallFactor(n: number): number {
  for (let a = Math.floor(Math.sqrt(n)); a > 1; a--) if (n % a === 0) return a;
  return n;
}

const table = (shape: [number, number], value: (k: number) => number): Tensor =>
  constant(() =>
    tf.tensor2d(
      Float32Array.from({ length: shape[0] * shape[1] }, (_, k) => value(k)),
      shape,
    ),
  );

/** The last axis cut, or filled with zeros, to `n` elements. */
function toLength(x: Tensor, n: number): Tensor {
  const length = x.shape.at(-1)!;
  if (length === n) return x;
  if (length > n)
    return tf.slice(
      x,
      x.shape.map(() => 0),
      [...x.shape.slice(0, -1), n],
    );
  return tf.pad(
    x,
    x.shape.map((_, i): [number, number] => [0, i === x.rank - 1 ? n - length : 0]),
  );
}

function windowOf(who: string, window: StftOptions['window'], length: number, fftLength: number): Tensor | undefined {
  if (window === null || window === undefined) return undefined;
  const before = Math.floor((fftLength - length) / 2);
  const around: [number, number][] = [[before, fftLength - length - before]];
  if (typeof window !== 'string') {
    const values = floats(who, window);
    if (!sameShape(values.shape, [length]))
      throw new ArgumentError(`ops.${who}`, 'window', `of shape [${length}]`, values);
    return tf.pad(values, around);
  }
  const share = requireOneOf(`ops.${who}`, 'window', window, ['hann', 'hamming']) === 'hann' ? 0.5 : 0.54;
  const values = Array.from({ length }, (_, i) => share - (1 - share) * Math.cos((2 * Math.PI * i) / length));
  return tf.pad(tf.tensor1d(values), around);
}

/** The window over the sum of the squares of all windows that overlap a place. */
function inverseWindow(window: Tensor, stride: number): Tensor {
  const n = window.size;
  const turns = Math.ceil(n / stride);
  const squares = tf.pad(tf.square(window), [[0, turns * stride - n]]);
  const sums = tf.tile(tf.sum(tf.reshape(squares, [turns, stride]), 0), [turns]);
  return tf.div(window, tf.slice(sums, [0], [n]));
}

function pair(who: string, x: ComplexPair): Parts {
  if (!Array.isArray(x) || x.length !== 2) {
    throw new ArgumentError(`ops.${who}`, 'x', 'a pair [real, imaginary]', x);
  }
  const [real, imaginary] = [floats(who, x[0]), floats(who, x[1])];
  if (!sameShape(real.shape, imaginary.shape)) {
    throw new ShapeError(
      `ops.${who}: real and imaginary parts must have one shape. Received: ${showShape(real.shape)} and ${showShape(imaginary.shape)}.`,
    );
  }
  return [real, imaginary];
}
