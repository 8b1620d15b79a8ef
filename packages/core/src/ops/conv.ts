import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../check.ts';
import { type DataFormat, isChannelsFirst } from '../data-format.ts';
import { ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { floats } from './support.ts';
import {
  fromChannelsLast,
  type PerAxis,
  padSpatial,
  perAxis,
  reachedBy,
  spatialRank,
  spread,
  toChannelsLast,
} from './window.ts';

/** Options of the convolutions. */
export interface ConvOptions {
  /** @defaultValue `1` */
  readonly strides?: PerAxis | undefined;
  /** `'valid'`: none; `'same'`: as many outputs as `⌈input / stride⌉`; `'causal'` (one spatial axis): only before. @defaultValue `'valid'` */
  readonly padding?: 'valid' | 'same' | 'causal' | undefined;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null | undefined;
  /** The distance between the elements of the kernel. @defaultValue `1` */
  readonly dilationRate?: PerAxis | undefined;
}

/**
 * Convolution over 1, 2 or 3 spatial axes: `[n, …spatial, cIn]` with a kernel `[…size, cIn / groups, cOut]`.
 *
 * Where the kernel takes fewer channels than the input has, both are split into groups.
 *
 * @throws ShapeError if the channels do not fit.
 * @see Keras 3, `keras/src/ops/nn.py`
 */
export function conv(inputs: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor {
  return scope(() => {
    const { x, channelsFirst, settings } = prepare('conv', inputs, options);
    const w = floats('conv', kernel);
    const channels = x.shape.at(-1)!;
    const taken = w.shape.at(-2)!;
    const groups = channels / taken;
    if (w.rank !== x.rank || !Number.isInteger(groups) || w.shape.at(-1)! % groups !== 0) {
      throw new ShapeError(
        `ops.conv: an input with ${channels} channels does not fit a kernel ${showShape(w.shape)} ([…size, channels / groups, filters]).`,
      );
    }
    const padded = causal(x, w, settings);
    const result = groups === 1 ? convolve(padded, w, settings) : grouped(padded, w, groups, settings);
    return fromChannelsLast(result, channelsFirst);
  });
}

/** One convolution per channel, over 1 or 2 spatial axes: a kernel `[…size, cIn, multiplier]` gives `cIn · multiplier` channels. */
export function depthwiseConv(inputs: TensorLike, kernel: TensorLike, options: ConvOptions = {}): Tensor {
  return scope(() => {
    const { x, channelsFirst, settings } = prepare('depthwiseConv', inputs, options);
    const w = floats('depthwiseConv', kernel);
    if (x.rank > 4 || w.rank !== x.rank || w.shape.at(-2) !== x.shape.at(-1)) {
      throw new ShapeError(
        `ops.depthwiseConv: an input with ${x.shape.at(-1)} channels does not fit a kernel ${showShape(w.shape)} ([…size, channels, multiplier]).`,
      );
    }
    return fromChannelsLast(depthwise(causal(x, w, settings), w, settings), channelsFirst);
  });
}

/** A {@link depthwiseConv} and a convolution with a kernel of size 1 that mixes the channels. */
export function separableConv(
  inputs: TensorLike,
  depthwiseKernel: TensorLike,
  pointwiseKernel: TensorLike,
  options: ConvOptions = {},
): Tensor {
  return scope(() => {
    const spatial = depthwiseConv(inputs, depthwiseKernel, options);
    return conv(spatial, pointwiseKernel, { dataFormat: options.dataFormat });
  });
}

/** Options of {@link convTranspose}. */
export interface ConvTransposeOptions {
  /** @defaultValue `1` */
  readonly strides?: PerAxis | undefined;
  /** @defaultValue `'valid'` */
  readonly padding?: 'valid' | 'same' | undefined;
  /** Elements added at the end of each spatial axis, fewer than the stride. */
  readonly outputPadding?: PerAxis | null | undefined;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null | undefined;
  /** @defaultValue `1` */
  readonly dilationRate?: PerAxis | undefined;
}

/** The transpose of a convolution, which enlarges by its strides: a kernel `[…size, cOut, cIn]`. */
export function convTranspose(inputs: TensorLike, kernel: TensorLike, options: ConvTransposeOptions = {}): Tensor {
  return scope(() => {
    const { x, channelsFirst, settings } = prepare('convTranspose', inputs, options);
    const { strides, padding, dilation } = settings;
    const w = floats('convTranspose', kernel);
    if (w.rank !== x.rank || w.shape.at(-1) !== x.shape.at(-1)) {
      throw new ShapeError(
        `ops.convTranspose: an input with ${x.shape.at(-1)} channels does not fit a kernel ${showShape(w.shape)} ([…size, filters, channels]).`,
      );
    }
    const n = x.rank - 2;
    const extra =
      options.outputPadding === undefined || options.outputPadding === null
        ? undefined
        : perAxis('convTranspose', 'outputPadding', options.outputPadding, n, 0);
    const wide = spread(w, dilation);
    const size = strides.map((stride, i) =>
      transposedLength(x.shape[i + 1]!, wide.shape[i]!, stride, padding, extra?.[i]),
    );
    return fromChannelsLast(transposed(x, wide, size, strides, padding as 'valid' | 'same'), channelsFirst);
  });
}

/** The length of an axis after a transposed convolution. @see Keras 3, `backend/common/backend_utils.py` */
export function transposedLength(
  length: number,
  window: number,
  stride: number,
  padding: string,
  outputPadding: number | undefined,
): number {
  const rest = outputPadding === undefined ? undefined : (length - 1) * stride + window + outputPadding;
  if (padding === 'valid') return rest ?? length * stride + Math.max(window - stride, 0);
  return rest === undefined ? length * stride : rest - 2 * Math.floor(window / 2);
}

interface Settings {
  readonly strides: number[];
  readonly padding: 'valid' | 'same' | 'causal';
  readonly dilation: number[];
}

function prepare(
  who: string,
  inputs: TensorLike,
  options: ConvOptions,
): { x: Tensor; channelsFirst: boolean; settings: Settings } {
  const channelsFirst = isChannelsFirst(`ops.${who}`, options.dataFormat);
  const x = toChannelsLast(floats(who, inputs), channelsFirst);
  const n = spatialRank(who, x);
  const allowed =
    n === 1 && who !== 'convTranspose' ? (['valid', 'same', 'causal'] as const) : (['valid', 'same'] as const);
  return {
    x,
    channelsFirst,
    settings: {
      strides: perAxis(who, 'strides', options.strides ?? 1, n),
      padding: requireOneOf<string>(
        `ops.${who}`,
        'padding',
        options.padding ?? 'valid',
        allowed,
      ) as Settings['padding'],
      dilation: perAxis(who, 'dilationRate', options.dilationRate ?? 1, n),
    },
  };
}

/** Adds the padding of `'causal'` before the one spatial axis. */
function causal(x: Tensor, kernel: Tensor, { padding, dilation }: Settings): Tensor {
  return padding === 'causal' ? padSpatial(x, [[(kernel.shape[0]! - 1) * dilation[0]!, 0]]) : x;
}

function convolve(x: Tensor, kernel: Tensor, { strides, padding, dilation }: Settings): Tensor {
  const pad = padding === 'same' ? 'same' : 'valid';
  if (x.rank === 5) {
    const wide = spread(kernel, dilation);
    return tf.conv3d(
      (pad === 'same' ? reachedBy(x, wide.shape, strides) : x) as tf.Tensor5D,
      wide as tf.Tensor5D,
      strides as [number, number, number],
      pad,
    );
  }
  if (x.rank === 3) {
    return throughPlane(convolve, x, kernel, { strides, padding, dilation });
  }
  const { w, rates } = dilated(kernel, strides, dilation);
  return tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides as [number, number], pad, 'NHWC', rates);
}

/** A convolution over one axis as one over two, the first of length 1. */
function throughPlane(
  convolution: (x: Tensor, kernel: Tensor, settings: Settings) => Tensor,
  x: Tensor,
  kernel: Tensor,
  { strides, padding, dilation }: Settings,
): Tensor {
  const settings = { strides: [1, ...strides], padding, dilation: [1, ...dilation] };
  return tf.squeeze(convolution(tf.expandDims(x, 1), tf.expandDims(kernel, 0), settings), [1]);
}

/** Kernel and rates for tfjs, which refuses strides together with dilation: then the zeros stand in the kernel. */
function dilated(
  kernel: Tensor,
  strides: readonly number[],
  dilation: readonly number[],
): { w: Tensor; rates: [number, number] } {
  const both = strides.some((stride) => stride > 1) && dilation.some((rate) => rate > 1);
  return both ? { w: spread(kernel, dilation), rates: [1, 1] } : { w: kernel, rates: dilation as [number, number] };
}

function grouped(x: Tensor, kernel: Tensor, groups: number, settings: Settings): Tensor {
  const parts = tf.split(x, groups, -1);
  const kernels = tf.split(kernel, groups, -1);
  return tf.concat(
    parts.map((part, i) => convolve(part, kernels[i]!, settings)),
    -1,
  );
}

function depthwise(x: Tensor, kernel: Tensor, { strides, padding, dilation }: Settings): Tensor {
  if (x.rank === 3) {
    return throughPlane(depthwise, x, kernel, { strides, padding, dilation });
  }
  const { w, rates } = dilated(kernel, strides, dilation);
  const pad = padding === 'same' ? 'same' : 'valid';
  return tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides as [number, number], pad, 'NHWC', rates);
}

function transposed(x: Tensor, kernel: Tensor, size: number[], strides: number[], padding: 'valid' | 'same'): Tensor {
  if (x.rank === 3) {
    const wide = transposed(tf.expandDims(x, 1), tf.expandDims(kernel, 0), [1, ...size], [1, ...strides], padding);
    return tf.squeeze(wide, [1]);
  }
  const filters = kernel.shape.at(-2)!;
  if (x.rank === 4) {
    return tf.conv2dTranspose(
      x as tf.Tensor4D,
      kernel as tf.Tensor4D,
      [x.shape[0]!, size[0]!, size[1]!, filters],
      strides as [number, number],
      padding,
    );
  }
  // where strides are larger than the window, nothing reaches the end: see `reachedBy`
  const reached = size.map((length, i) =>
    padding === 'same' ? Math.min(length, (x.shape[i + 1]! - 1) * strides[i]! + kernel.shape[i]!) : length,
  );
  const result = tf.conv3dTranspose(
    x as tf.Tensor5D,
    kernel as tf.Tensor5D,
    [x.shape[0]!, ...reached, filters] as [number, number, number, number, number],
    strides as [number, number, number],
    padding,
  );
  const rest = size.map((length, i): [number, number] => [0, length - reached[i]!]);
  return rest.some(([, width]) => width > 0) ? padSpatial(result, rest) : result;
}
