import { ArgumentError } from '../../errors.ts';
import { type Shape, sizeOf } from '../../tensor/shape.ts';
import { definePrimitive, type Elements, type Primitive, requireDType } from '../primitive.ts';
import { eachTap, requireOutputShape, tapCount, WINDOW_ATTRIBUTES, type WindowAxis, windowAxes } from './geometry.ts';
import { windowCounts } from './pool.ts';

const NAME = 'poolGrad';

/**
 * The gradient of `pool` with respect to its input.
 *
 * - `max`, from `dy` and the input: `dy` of each window goes to its largest element, to the first of several; to none where
 *   all are `-Infinity` or NaN. Bit-equal to tfjs's `MaxPoolGrad` on its cpu backend. Its `MaxPool3DGrad` picks the last of
 *   several, and a wrong place in windows that are no cubes; it agrees in the rest.
 * - `avg`, from `dy` and the attribute `inputShape`: each element gets `dy` over the number of elements in the window.
 *   Bit-equal to tfjs's `AvgPoolGrad` and `AvgPool3DGrad` on its cpu backend without padding; with padding they divide by
 *   the size of the window, which is not the derivative of the forward kernel.
 */
export const poolGrad: Primitive = definePrimitive({
  name: NAME,
  arity: [1, 2],
  attributes: { kind: ['max', 'avg'], window: 'integers', ...WINDOW_ATTRIBUTES, inputShape: 'integers?' },
  infer: ([dy, x], { kind, window, inputShape, ...attrs }) => {
    requireDType(NAME, 'dy', dy!, 'float32');
    if (x) requireDType(NAME, 'x', x, 'float32', 'int32');
    if (kind === 'max' ? !x || inputShape : x || !inputShape) {
      const expected = kind === 'max' ? '`dy` and the input, without `inputShape`' : '`dy` alone, with `inputShape`';
      throw new ArgumentError(NAME, 'inputs', `for kind '${kind}' ${expected}`, [x?.shape, inputShape]);
    }
    const shape = (x?.shape ?? inputShape)!;
    const outputs = windowAxes(NAME, shape, window, attrs).map(({ output }) => output);
    requireOutputShape(NAME, dy!.shape, [shape[0]!, ...outputs, shape.at(-1)!]);
    return [{ shape, dtype: 'float32' }];
  },
  evaluate: ([dy, x], { window, inputShape: _, ...attrs }, [output]) => {
    const { shape } = output!;
    const axes = windowAxes(NAME, shape, window, attrs);
    return [x ? maximumGradient(dy!.data, x.data, shape, axes) : meanGradient(dy!.data, shape, axes)];
  },
  flops: (_, { window, inputShape: __, ...attrs }, [output]) =>
    output!.shape[0]! * output!.shape.at(-1)! * tapCount(windowAxes(NAME, output!.shape, window, attrs)),
});

function maximumGradient(dy: Elements, x: Elements, shape: Shape, axes: readonly WindowAxis[]): Float32Array {
  const [images, channels] = [shape[0]!, shape.at(-1)!];
  const size = images === 0 ? 0 : dy.length / images;
  const imageSize = sizeOf(shape.slice(1));
  const sums = new Float64Array(images * imageSize);
  const places = new Int32Array(size);
  for (let image = 0; image < images; image++) {
    places.fill(-1);
    eachTap(axes, (output, input) => {
      const from = image * imageSize + input * channels;
      for (let c = 0; c < channels; c++) {
        const place = places[output * channels + c]!;
        if (x[from + c]! > (place < 0 ? Number.NEGATIVE_INFINITY : x[place]!)) places[output * channels + c] = from + c;
      }
    });
    for (let i = 0; i < size; i++) if (places[i]! >= 0) sums[places[i]!]! += dy[image * size + i]!;
  }
  return Float32Array.from(sums);
}

function meanGradient(dy: Elements, shape: Shape, axes: readonly WindowAxis[]): Float32Array {
  const [images, channels] = [shape[0]!, shape.at(-1)!];
  const size = images === 0 ? 0 : dy.length / images;
  const imageSize = sizeOf(shape.slice(1));
  const full = axes.reduce((product, { window }) => product * window, 1);
  // full windows have the ratio 1: their sum is divided only once, as tfjs does
  const ratios = windowCounts(axes).map((count) => full / count);
  const result = new Float32Array(images * imageSize);
  const sums = new Float64Array(imageSize);
  for (let image = 0; image < images; image++) {
    sums.fill(0);
    eachTap(axes, (output, input) => {
      const from = image * size + output * channels;
      for (let c = 0; c < channels; c++) sums[input * channels + c]! += dy[from + c]! * ratios[output]!;
    });
    for (let i = 0; i < imageSize; i++) result[image * imageSize + i] = sums[i]! * (1 / full);
  }
  return result;
}
