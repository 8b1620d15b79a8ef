import type { ConformanceCase } from '../conformance-case.ts';
import { at, build, type HostTensor, indices, isWithin, randomFloats } from '../host-tensor.ts';
import { accumulate, windowAxis } from './conv-reference.ts';

interface PoolSetting {
  readonly name: string;
  /** `[batch, …places, channels]`, with two or three axes of places. */
  readonly inShape: readonly number[];
  readonly filterSize: readonly number[];
  readonly strides: readonly number[];
  readonly pad: 'same' | 'valid' | number;
}

const planes: readonly PoolSetting[] = [
  { name: '2 by 2', inShape: [2, 4, 6, 3], filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
  { name: '3 by 2, strides 1', inShape: [1, 5, 5, 2], filterSize: [3, 2], strides: [1, 1], pad: 'valid' },
  { name: 'same', inShape: [2, 5, 7, 2], filterSize: [3, 3], strides: [2, 2], pad: 'same' },
  { name: 'same, strides 1', inShape: [1, 4, 4, 1], filterSize: [2, 2], strides: [1, 1], pad: 'same' },
  { name: 'a rest is left out', inShape: [1, 5, 5, 1], filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
  { name: 'the whole image', inShape: [3, 4, 4, 2], filterSize: [4, 4], strides: [4, 4], pad: 'valid' },
  { name: 'strides beyond the window', inShape: [1, 7, 7, 2], filterSize: [2, 2], strides: [3, 3], pad: 'valid' },
];

const volumes: readonly PoolSetting[] = [
  { name: '2 by 2 by 2', inShape: [2, 4, 4, 6, 2], filterSize: [2, 2, 2], strides: [2, 2, 2], pad: 'valid' },
  { name: 'same', inShape: [1, 3, 5, 4, 2], filterSize: [2, 3, 2], strides: [1, 2, 2], pad: 'same' },
  { name: 'overlapping', inShape: [1, 4, 4, 4, 1], filterSize: [3, 3, 3], strides: [1, 1, 1], pad: 'valid' },
];

const outShapeOf = ({ inShape, filterSize, strides, pad }: PoolSetting): number[] => [
  inShape[0]!,
  ...filterSize.map((size, axis) => windowAxis(inShape[axis + 1]!, size, strides[axis]!, 1, pad).out),
  inShape.at(-1)!,
];

/** The input indices that the window of an output index covers, row by row. */
function windowOf({ inShape, filterSize, strides, pad }: PoolSetting, output: readonly number[]): number[][] {
  const before = filterSize.map((size, axis) => windowAxis(inShape[axis + 1]!, size, strides[axis]!, 1, pad).before);
  return Array.from(indices(filterSize), (tap) => [
    output[0]!,
    ...tap.map((t, axis) => output[axis + 1]! * strides[axis]! + t - before[axis]!),
    output.at(-1)!,
  ]).filter((index) => isWithin(inShape, index));
}

/** The first position of the greatest value in a window. */
const greatest = (x: HostTensor, window: readonly number[][]): number[] =>
  window.reduce((best, index) => (at(x, index) > at(x, best) ? index : best));

const casesOf = (setting: PoolSetting, suffix: '' | '3D'): ConformanceCase[] => {
  const { name, inShape, filterSize, strides, pad } = setting;
  const outShape = outShapeOf(setting);
  const x = randomFloats(inShape, 1);
  const dy = randomFloats(outShape, 2);
  const attrs = { filterSize, strides, pad, ...(suffix && { dataFormat: 'NDHWC' }) };
  const maxima = build(outShape, (index) => at(x, greatest(x, windowOf(setting, index))));
  return [
    { kernel: `MaxPool${suffix}`, name, inputs: { x }, attrs, expected: maxima },
    {
      kernel: `MaxPool${suffix}Grad`,
      name,
      inputs: { dy, input: x, output: maxima },
      attrs,
      expected: accumulate(
        inShape,
        Array.from(indices(outShape), (index) => [greatest(x, windowOf(setting, index)), at(dy, index)] as const),
      ),
    },
    {
      kernel: `AvgPool${suffix}`,
      name,
      inputs: { x },
      attrs,
      expected: build(outShape, (index) => {
        const window = windowOf(setting, index);
        return window.reduce((total, place) => total + at(x, place), 0) / window.length;
      }),
    },
  ];
};

/** The gradient of the mean of a window: an equal share for each value that the window really covers. */
const averageGradient = (setting: PoolSetting, suffix: '' | '3D'): ConformanceCase => {
  const { name, inShape, filterSize, strides, pad } = setting;
  const outShape = outShapeOf(setting);
  const dy = randomFloats(outShape, 2);
  return {
    kernel: `AvgPool${suffix}Grad`,
    name,
    inputs: { dy, input: randomFloats(inShape, 1) },
    attrs: { filterSize, strides, pad },
    expected: accumulate(
      inShape,
      Array.from(indices(outShape), (index) => {
        const window = windowOf(setting, index);
        return window.map((place) => [place, at(dy, index) / window.length] as const);
      }).flat(),
    ),
  };
};

/** Kernels that take the greatest or the mean value of windows, and their gradients. */
export const poolCases: readonly ConformanceCase[] = [
  ...planes.flatMap((setting) => [...casesOf(setting, ''), averageGradient(setting, '')]),
  ...volumes.flatMap((setting) => [...casesOf(setting, '3D'), averageGradient(setting, '3D')]),
  ...planes.map((setting) => {
    const { name, inShape, filterSize, strides, pad } = setting;
    const x = randomFloats(inShape, 1);
    const outShape = outShapeOf(setting);
    const [, height, width, channels] = inShape as readonly [number, number, number, number];
    const positionOf = ([, y, c, channel]: readonly number[]): number => (y! * width + c!) * channels + channel!;
    return {
      kernel: 'MaxPoolWithArgmax',
      name: `${name} (${height} by ${width})`,
      inputs: { x },
      attrs: { filterSize, strides, pad, includeBatchInIndex: false },
      expected: [
        build(outShape, (index) => at(x, greatest(x, windowOf(setting, index)))),
        build(outShape, (index) => positionOf(greatest(x, windowOf(setting, index))), 'int32'),
      ],
    };
  }),
];
