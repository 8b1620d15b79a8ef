import { definePrimitive, type Elements, type HostValue, type Primitive, requireDType } from '../primitive.ts';
import { eachTap, isEachElement, tapCount, WINDOW_ATTRIBUTES, type WindowAxis, windowAxes } from './geometry.ts';

/**
 * The maximum or the mean of each window of `x` `[batch, …1 to 3 spatial axes, channels]`, by channels. Padding takes no
 * part: the mean is that of the elements inside. A window of padding alone has the maximum `-Infinity` and the mean NaN.
 *
 * Bit-equal to tfjs's `MaxPool`, `AvgPool`, `MaxPool3D` and `AvgPool3D` on its cpu backend, which leave NaN out of a
 * maximum; the sum behind a mean is float64.
 */
export const pool: Primitive = definePrimitive({
  name: 'pool',
  arity: 1,
  attributes: { kind: ['max', 'avg'], window: 'integers', ...WINDOW_ATTRIBUTES },
  infer: ([x], { kind, window, ...attrs }) => {
    requireDType('pool', 'x', x!, 'float32', ...(kind === 'max' ? (['int32'] as const) : []));
    const outputs = windowAxes('pool', x!.shape, window, attrs).map(({ output }) => output);
    return [{ shape: [x!.shape[0]!, ...outputs, x!.shape.at(-1)!], dtype: x!.dtype }];
  },
  evaluate: ([x], { kind, window, ...attrs }, [output]) => {
    const axes = windowAxes('pool', x!.type.shape, window, attrs);
    const images = x!.type.shape[0]!;
    const size = output!.shape.slice(1).reduce((product, dim) => product * dim, 1);
    if (kind === 'avg') return [means(x!, axes, images, size)];
    // the maximum of one element is that element, NaN too
    if (axes.every(isEachElement)) return [x!.data];
    return [maxima(x!, axes, images, size)];
  },
  flops: ([x], { window, ...attrs }) =>
    x!.shape[0]! * x!.shape.at(-1)! * tapCount(windowAxes('pool', x!.shape, window, attrs)),
});

/** `size`: the elements of one image after the pooling. */
function maxima({ type, data }: HostValue, axes: readonly WindowAxis[], images: number, size: number): Elements {
  const channels = type.shape.at(-1)!;
  const isFloat = type.dtype === 'float32';
  const result = isFloat ? new Float32Array(images * size) : new Int32Array(images * size);
  result.fill(isFloat ? Number.NEGATIVE_INFINITY : -(2 ** 31));
  const imageSize = data.length / images;
  for (let image = 0; image < images; image++) {
    eachTap(axes, (output, input) => {
      const to = image * size + output * channels;
      const from = image * imageSize + input * channels;
      for (let c = 0; c < channels; c++) {
        if (data[from + c]! > result[to + c]!) result[to + c] = data[from + c]!;
      }
    });
  }
  return result;
}

function means({ type, data }: HostValue, axes: readonly WindowAxis[], images: number, size: number): Float32Array {
  const channels = type.shape.at(-1)!;
  const result = new Float32Array(images * size);
  const imageSize = data.length / images;
  const counts = windowCounts(axes);
  const sums = new Float64Array(size);
  for (let image = 0; image < images; image++) {
    sums.fill(0);
    eachTap(axes, (output, input) => {
      const from = image * imageSize + input * channels;
      for (let c = 0; c < channels; c++) sums[output * channels + c]! += data[from + c]!;
    });
    for (let i = 0; i < size; i++) result[image * size + i] = sums[i]! / counts[Math.floor(i / channels)]!;
  }
  return result;
}

/** The number of elements inside each window. */
export function windowCounts(axes: readonly WindowAxis[]): number[] {
  const counts = new Array<number>(axes.reduce((product, { output }) => product * output, 1)).fill(0);
  eachTap(axes, (output) => {
    counts[output]!++;
  });
  return counts;
}
