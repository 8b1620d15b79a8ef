import {
  add,
  backend_util,
  cast,
  equal,
  mul,
  pad,
  slice,
  stridedSlice,
  sub,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';
import { perDimension, runKernel, zerosOf } from './gradient-helpers.ts';
import type { Attributes } from './spec.ts';

/** The windows of a pooling, one entry per spatial dimension; channels are last. */
export interface PoolGeometry {
  readonly outShape: number[];
  readonly window: readonly number[];
  readonly strides: readonly number[];
  /** What the windows need before and after the input. */
  readonly padding: readonly (readonly [number, number])[];
}

/** The windows that a pooling's attributes mean for an input of rank 4 or 5. */
export function poolGeometry(input: Shape, attrs: Attributes): PoolGeometry {
  const rank = input.length - 2;
  const window = perDimension(attrs.filterSize, rank);
  const strides = perDimension(attrs.strides, rank);
  const [outShape, before] = rank === 2 ? geometry2d(input, attrs) : geometry3d(input, attrs);
  const padding = before.map((start, i): readonly [number, number] => {
    const reach = (outShape[i + 1]! - 1) * strides[i]! + window[i]!;
    return [start, Math.max(0, reach - start - input[i + 1]!)];
  });
  return { outShape, window, strides, padding };
}

type Sizes = [outShape: number[], before: number[]];

function geometry2d(input: Shape, { filterSize, strides, pad: padding, dimRoundingMode }: Attributes): Sizes {
  const { outShape, padInfo } = backend_util.computePool2DInfo(
    [...input] as [number, number, number, number],
    filterSize as number,
    strides as number,
    1,
    padding as 'same',
    dimRoundingMode as undefined,
  );
  return [outShape, [padInfo.top, padInfo.left]];
}

function geometry3d(input: Shape, { filterSize, strides, pad: padding, dimRoundingMode }: Attributes): Sizes {
  const { outShape, padInfo } = backend_util.computePool3DInfo(
    [...input] as [number, number, number, number, number],
    filterSize as number,
    strides as number,
    1,
    padding as 'same',
    dimRoundingMode as undefined,
  );
  return [outShape, [padInfo.front, padInfo.top, padInfo.left]];
}

const unpadded = ({ padding }: PoolGeometry): boolean => padding.every(([before, after]) => before + after === 0);

/** Padding of all axes: none of batch and channels. */
const allAxes = (padding: PoolGeometry['padding']): [number, number][] => [
  [0, 0],
  ...padding.map(([before, after]): [number, number] => [before, after]),
  [0, 0],
];

/**
 * The gradient of an average pooling through tfjs's kernel `kernel`. At the border, tfjs's cpu kernel divides by the
 * size of the window, TensorFlow's by the number of inputs in it, which is right: so the kernel only ever sees windows
 * that are full, on a padded input.
 */
export function averagePoolGradient(kernel: string, dy: Tensor, x: Tensor, attrs: Attributes): Tensor {
  const geometry = poolGeometry(x.shape, attrs);
  const full = { ...attrs, pad: 'valid', dimRoundingMode: undefined };
  if (unpadded(geometry)) return runKernel(kernel, { dy, input: x }, full);
  const padding = allAxes(geometry.padding);
  const padded = x.shape.map((dim, i) => dim + padding[i]![0] + padding[i]![1]);
  const shares = mul(dy, borderRatios(geometry, x.shape));
  const gradient = runKernel(kernel, { dy: shares, input: zerosOf(padded) }, full);
  return slice(
    gradient,
    padding.map(([before]) => before),
    x.shape,
  );
}

/** Size of the window divided by the number of inputs in it, for each output: `[1, …out, 1]`. */
function borderRatios({ outShape, window, strides, padding }: PoolGeometry, input: Shape): Tensor {
  const perAxis = window.map((size, i) =>
    Array.from({ length: outShape[i + 1]! }, (_, at) => {
      const start = at * strides[i]! - padding[i]![0];
      return size / (Math.min(start + size, input[i + 1]!) - Math.max(start, 0));
    }),
  );
  const ratios = perAxis.reduce((outer, axis) => outer.flatMap((a) => axis.map((b) => a * b)), [1]);
  return tensor(ratios, [1, ...perAxis.map(({ length }) => length), 1]);
}

/** The transpose of {@link averagePoolGradient}'s kernel: the mean of full windows over a padded input. */
export function averageOfPadded(kernel: string, x: Tensor, attrs: Attributes): Tensor {
  const geometry = poolGeometry(x.shape, attrs);
  const source = unpadded(geometry) ? x : pad(x, allAxes(geometry.padding));
  const dataFormat = x.rank === 5 ? { dataFormat: 'NDHWC' } : {};
  return runKernel(kernel, { x: source }, { ...attrs, ...dataFormat, pad: 'valid', dimRoundingMode: undefined });
}

/** For each window the element of `values` at the place where `x` has its maximum `y`, the first of several. */
export function pickAtMaximum(values: Tensor, x: Tensor, y: Tensor, attrs: Attributes): Tensor {
  const { window, strides, padding, outShape } = poolGeometry(x.shape, attrs);
  const around = allAxes(padding);
  const source = pad(x, around, Number.NEGATIVE_INFINITY);
  const target = pad(values, around);
  const steps = [1, ...strides, 1];
  const offsets = window.reduce<number[][]>(
    (all, size) => all.flatMap((rest) => Array.from({ length: size }, (_, i) => [...rest, i])),
    [[]],
  );
  let free = cast(equal(y, y), 'float32');
  let picked = zerosOf(outShape);
  for (const offset of offsets) {
    const begin = [0, ...offset, 0];
    const end = begin.map((start, i) => start + (outShape[i]! - 1) * steps[i]! + 1);
    const isMaximum = mul(free, cast(equal(stridedSlice(source, begin, end, steps), y), 'float32'));
    picked = add(picked, mul(isMaximum, stridedSlice(target, begin, end, steps)));
    free = sub(free, isMaximum);
  }
  return picked;
}
