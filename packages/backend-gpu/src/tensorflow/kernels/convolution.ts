import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, CorrectedKernel } from './corrected-kernel.ts';

/**
 * The convolutions, for calls that TensorFlow's kernels lack on the CPU or tfjs-node does not hand on to them:
 *
 * - padding by numbers, which becomes zeros around the input;
 * - dilation, in the gradients and in three dimensions: a dilated filter is a larger filter with zeros between its taps;
 * - nothing to convolve.
 *
 * @see tfjs-node/src/kernels/Conv2D.ts and its siblings of tfjs 4.22
 */
export const convolutions: readonly CorrectedKernel[] = [
  { name: 'Conv2D', run: forward({ axes: 2 }) },
  { name: 'Conv2DBackpropFilter', run: backpropFilter({ axes: 2 }) },
  { name: 'Conv2DBackpropInput', run: backpropInput({ axes: 2 }) },
  { name: 'DepthwiseConv2dNative', run: forward({ axes: 2, depthwise: true }) },
  { name: 'DepthwiseConv2dNativeBackpropFilter', run: backpropFilter({ axes: 2, depthwise: true }) },
  { name: 'DepthwiseConv2dNativeBackpropInput', run: backpropInput({ axes: 2, depthwise: true }) },
  { name: 'Conv3D', run: forward({ axes: 3 }) },
  { name: 'Conv3DBackpropFilterV2', run: backpropFilter({ axes: 3 }) },
  { name: 'Conv3DBackpropInputV2', run: backpropInput({ axes: 3 }) },
];

interface Kind {
  /** How many axes the window moves along. */
  readonly axes: 2 | 3;
  readonly depthwise?: boolean;
}

type Run = CorrectedKernel['run'];
type Pair = [number, number];

function forward(kind: Kind): Run {
  return ({ x, filter }, attrs, original) => {
    if (!isChannelsLast(attrs)) return original({ x: x!, filter: filter! }, attrs);
    const plan = planOf(kind, x!.shape, filter!.shape, attrs);
    if (x!.size === 0 || filter!.size === 0) return tf.zeros(plan.outShape);
    // TensorFlow convolves with dilation in two dimensions, and has no kernel for it in three.
    const isDilated = kind.axes === 3 && plan.isDilated;
    const inputs = { x: plan.padded(x!), filter: isDilated ? plan.spread(filter!) : filter! };
    return original(inputs, { ...attrs, ...plan.attrs, dilations: isDilated ? ones(kind) : plan.dilations });
  };
}

function backpropFilter(kind: Kind): Run {
  return ({ x, dy }, attrs, original) => {
    const filterShape = attrs.filterShape as number[];
    if (!isChannelsLast(attrs)) return original({ x: x!, dy: dy! }, attrs);
    const plan = planOf(kind, x!.shape, filterShape, attrs);
    if (x!.size === 0 || dy!.size === 0) return tf.zeros(filterShape);
    const spread = { ...attrs, ...plan.attrs, dilations: ones(kind), filterShape: plan.spreadShape };
    return plan.gathered(original({ x: plan.padded(x!), dy: dy! }, spread));
  };
}

function backpropInput(kind: Kind): Run {
  return ({ dy, filter }, attrs, original) => {
    const inputShape = attrs.inputShape as number[];
    if (!isChannelsLast(attrs)) return original({ dy: dy!, filter: filter! }, attrs);
    const plan = planOf(kind, inputShape, filter!.shape, attrs);
    if (filter!.size === 0 || dy!.size === 0) return tf.zeros(inputShape);
    const spread = { ...attrs, ...plan.attrs, dilations: ones(kind), inputShape: plan.paddedShape };
    return plan.cropped(original({ dy: dy!, filter: plan.spread(filter!) }, spread));
  };
}

/** How to say a convolution without numbers as padding and without dilation. */
function planOf(kind: Kind, inShape: readonly number[], filterShape: readonly number[], attrs: Attributes) {
  const dilations = perAxis(attrs.dilations ?? 1, kind);
  const { outShape, paddings } = geometryOf(kind, inShape, filterShape, dilations, attrs);
  const isPadded = paddings.some(([before, after]) => before + after > 0);
  const isDilated = dilations.some((dilation) => dilation > 1);
  const all: Pair[] = [[0, 0], ...paddings, [0, 0]];
  const taps = filterShape.slice(0, kind.axes);
  const reach = taps.map((size, axis) => (size - 1) * dilations[axis]! + 1);
  const rest = filterShape.slice(kind.axes);
  return {
    outShape,
    dilations,
    isDilated,
    attrs: typeof attrs.pad === 'string' ? {} : { pad: 'valid' },
    padded: (x: tf.Tensor) => (isPadded ? tf.pad(x, all) : x),
    paddedShape: inShape.map((size, axis) => size + all[axis]![0] + all[axis]![1]),
    cropped: (dx: tf.Tensor) =>
      isPadded
        ? tf.slice(
            dx,
            all.map(([before]) => before),
            [...inShape],
          )
        : dx,
    /** The filter with zeros between its taps: `[height, 1, width, 1, …]`, padded, with the two axes of each tap merged. */
    spread: (filter: tf.Tensor): tf.Tensor => {
      if (!isDilated) return filter;
      const apart = tf.reshape(filter, [...taps.flatMap((size) => [size, 1]), ...rest]);
      const zeros = dilations.flatMap((dilation): Pair[] => [
        [0, 0],
        [0, dilation - 1],
      ]);
      const wide = tf.pad(apart, [...zeros, ...rest.map((): Pair => [0, 0])]);
      const merged = tf.reshape(wide, [...taps.map((size, axis) => size * dilations[axis]!), ...rest]);
      return tf.slice(merged, Array<number>(filterShape.length).fill(0), [...reach, ...rest]);
    },
    spreadShape: [...reach, ...rest],
    /** The taps of a filter that was spread. */
    gathered: (filter: tf.Tensor): tf.Tensor => {
      if (!isDilated) return filter;
      const strides = [...dilations, ...rest.map(() => 1)];
      return tf.stridedSlice(filter, Array<number>(filterShape.length).fill(0), [...reach, ...rest], strides);
    },
  };
}

/** The output's shape, and the padding of each axis if it was given as numbers. */
function geometryOf(
  { axes, depthwise = false }: Kind,
  inShape: readonly number[],
  filterShape: readonly number[],
  dilations: readonly number[],
  attrs: Attributes,
): { outShape: number[]; paddings: Pair[] } {
  const { strides, pad, dimRoundingMode } = attrs as { strides: Pair; pad: 'same'; dimRoundingMode?: 'floor' };
  const isNumeric = typeof pad !== 'string';
  const none: Pair[] = Array.from({ length: axes }, () => [0, 0]);
  if (axes === 2) {
    const info = tf.backend_util.computeConv2DInfo(
      inShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      strides,
      dilations as Pair,
      pad,
      dimRoundingMode,
      depthwise,
    );
    const { top, bottom, left, right } = info.padInfo;
    return {
      outShape: info.outShape,
      paddings: isNumeric
        ? [
            [top, bottom],
            [left, right],
          ]
        : none,
    };
  }
  const info = tf.backend_util.computeConv3DInfo(
    inShape as [number, number, number, number, number],
    filterShape as [number, number, number, number, number],
    strides as unknown as [number, number, number],
    dilations as [number, number, number],
    pad,
  );
  const { front, back, top, bottom, left, right } = info.padInfo;
  return {
    outShape: info.outShape,
    paddings: isNumeric
      ? [
          [front, back],
          [top, bottom],
          [left, right],
        ]
      : none,
  };
}

const ones = ({ axes }: Kind): number[] => Array<number>(axes).fill(1);
const perAxis = (value: unknown, { axes }: Kind): number[] =>
  typeof value === 'number' ? Array<number>(axes).fill(value) : [...(value as number[])];

/** The other layout is for TensorFlow to take or refuse. */
const isChannelsLast = ({ dataFormat }: Attributes): boolean => dataFormat !== 'NCHW' && dataFormat !== 'NCDHW';
