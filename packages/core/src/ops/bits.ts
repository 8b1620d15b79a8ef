import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../check.ts';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { broadcastShapes } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { broadcastTo } from './shape.ts';
import { differentiable, floats, tensor } from './support.ts';

/** The ops that work on how numbers are stored: they read them back from the backend. */

/**
 * The float32 number next to `x1` on the way to `x2`; `x2` where they are the same. Reads both back. The derivative by `x1` is 1,
 * that by `x2` 0.
 */
export function nextafter(x1: TensorLike, x2: TensorLike): Tensor {
  return scope(() => {
    const [a, b] = [floats('nextafter', x1), floats('nextafter', x2)];
    const shape = broadcastShapes('ops.nextafter', a.shape, b.shape) as number[];
    const to = broadcastTo(b, shape).dataSync();
    return differentiable(
      [broadcastTo(a, shape)],
      () => {
        const from = broadcastTo(a, shape).dataSync();
        return tf.tensor(
          Float32Array.from(from, (value, i) => neighbour(value, to[i]!)),
          shape,
        );
      },
      (dy) => dy,
    );
  });
}

/**
 * The same bytes as numbers of another dtype (float32, int32 or complex64; that of `x` by default). Where their sizes differ, the
 * last axis gets longer or shorter. Reads `x` back.
 *
 * @throws ShapeError if the last axis does not divide
 */
export function view(x: TensorLike, options: { readonly dtype?: ViewDType } = {}): Tensor {
  return scope(() => {
    const value = tensor('view', x);
    if (!Object.hasOwn(WORDS, value.dtype))
      throw new ArgumentError('ops.view', 'x', `of dtype ${DTYPES.join(', ')}`, value);
    const from = value.dtype as ViewDType;
    const to = requireOneOf('ops.view', 'dtype', options.dtype ?? from, DTYPES);
    if (from === to) return tf.clone(value);
    const shape = viewShape(value.shape, WORDS[from], WORDS[to]);
    const { buffer } = value.dataSync().slice() as Float32Array;
    if (to === 'int32') return tf.tensor(new Int32Array(buffer), shape, 'int32');
    const numbers = tf.tensor(new Float32Array(buffer), to === 'complex64' ? [...shape, 2] : shape);
    if (to === 'float32') return numbers;
    const [re, im] = tf.unstack(numbers, -1) as [Tensor, Tensor];
    return tf.complex(re, im);
  });
}

type ViewDType = 'float32' | 'int32' | 'complex64';

/** How many words of 32 bits a number takes. */
const WORDS: Readonly<Record<ViewDType, number>> = { float32: 1, int32: 1, complex64: 2 };

const DTYPES = Object.keys(WORDS) as readonly ViewDType[];

function viewShape(shape: readonly number[], from: number, to: number): number[] {
  if (from === to) return [...shape];
  const last = ((shape.at(-1) ?? Number.NaN) * from) / to;
  if (Number.isInteger(last)) return [...shape.slice(0, -1), last];
  throw new ShapeError(
    `ops.view: the last axis must be there, and divide into numbers of ${to * 4} bytes. Received: ${showShape(shape)}.`,
  );
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The number after `from`: of one sign, floats are in the order of their bits. */
function neighbour(from: number, to: number): number {
  if (Number.isNaN(from) || Number.isNaN(to)) return Number.NaN;
  if (from === to) return to;
  float[0] = from;
  if (from === 0) bits[0] = to > 0 ? 1 : 1 - 2 ** 31;
  else bits[0]! += from < to === from > 0 ? 1 : -1;
  return float[0]!;
}
