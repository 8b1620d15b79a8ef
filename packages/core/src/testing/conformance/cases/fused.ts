import type { ConformanceCase } from '../conformance-case.ts';
import { at, build, floats, type HostTensor, map, randomFloats, zip } from '../host-tensor.ts';
import { matMulReference } from './batch-mat-mul.ts';
import { accumulate, type ConvSetting, convGeometry, convSum, convTerms } from './conv-reference.ts';

const activations: readonly (readonly [string, (x: number) => number])[] = [
  ['linear', (x) => x],
  ['relu', (x) => Math.max(x, 0)],
  ['relu6', (x) => Math.min(Math.max(x, 0), 6)],
  ['leakyrelu', (x) => (x >= 0 ? x : 0.2 * x)],
  ['sigmoid', (x) => 1 / (1 + Math.exp(-x))],
  ['elu', (x) => (x >= 0 ? x : Math.expm1(x))],
];

const matMul = (
  name: string,
  a: HostTensor,
  b: HostTensor,
  bias: HostTensor,
  transposeA: boolean,
  transposeB: boolean,
  activation: string,
  value: (x: number) => number,
): ConformanceCase => ({
  kernel: '_FusedMatMul',
  name,
  inputs: { a, b, bias },
  attrs: { transposeA, transposeB, activation, leakyreluAlpha: 0.2 },
  expected: map(
    zip(matMulReference(a, b, transposeA, transposeB), bias, (x, y) => x + y),
    value,
  ),
});

const convolution: ConvSetting = {
  name: 'same',
  inShape: [2, 5, 5, 3],
  filterShape: [3, 3, 3, 4],
  strides: [1, 1],
  pad: 'same',
};
const depthwise: ConvSetting = { ...convolution, filterShape: [3, 3, 3, 2] };

const convCases = (kernel: string, setting: ConvSetting, isDepthwise: boolean): ConformanceCase[] =>
  activations.map(([activation, value]) => {
    const { outShape } = convGeometry(setting, isDepthwise);
    const x = randomFloats(setting.inShape, 1);
    const filter = randomFloats(setting.filterShape, 2, -0.5, 0.5);
    const bias = randomFloats([outShape[3]!], 3);
    return {
      kernel,
      name: activation,
      inputs: { x, filter, bias },
      attrs: {
        strides: setting.strides,
        pad: setting.pad,
        dataFormat: 'NHWC',
        dilations: [1, 1],
        activation,
        leakyreluAlpha: 0.2,
      },
      expected: () => {
        const sums = accumulate(
          outShape,
          convSum(convTerms(setting, isDepthwise), (o, i, f) => [o, at(x, i) * at(filter, f)]),
        );
        return map(
          zip(sums, bias, (a, b) => a + b),
          value,
        );
      },
    };
  });

const batchNorm = (name: string, shape: readonly number[]): ConformanceCase => {
  const channels = shape.at(-1)!;
  const x = randomFloats(shape, 1);
  const mean = randomFloats([channels], 2);
  const variance = randomFloats([channels], 3, 0.1, 2);
  const scale = randomFloats([channels], 4);
  const offset = randomFloats([channels], 5);
  return {
    kernel: 'FusedBatchNorm',
    name,
    inputs: { x, mean, variance, scale, offset },
    attrs: { varianceEpsilon: 0.001 },
    expected: build(
      shape,
      (index) =>
        ((at(x, index) - at(mean, index)) / Math.sqrt(at(variance, index) + 0.001)) * at(scale, index) +
        at(offset, index),
    ),
  };
};

/** Kernels that do several steps at once. */
export const fusedCases: readonly ConformanceCase[] = [
  ...activations.map(([activation, value]) =>
    matMul(
      activation,
      randomFloats([5, 7], 1),
      randomFloats([7, 4], 2),
      randomFloats([4], 3),
      false,
      false,
      activation,
      value,
    ),
  ),
  matMul(
    'transposeA',
    randomFloats([7, 5], 1),
    randomFloats([7, 4], 2),
    randomFloats([4], 3),
    true,
    false,
    'relu',
    (x) => Math.max(x, 0),
  ),
  matMul(
    'transposeB',
    randomFloats([5, 7], 1),
    randomFloats([4, 7], 2),
    randomFloats([4], 3),
    false,
    true,
    'relu',
    (x) => Math.max(x, 0),
  ),
  matMul(
    'a batch',
    randomFloats([3, 5, 7], 1),
    randomFloats([3, 7, 4], 2),
    randomFloats([4], 3),
    false,
    false,
    'relu',
    (x) => Math.max(x, 0),
  ),
  {
    kernel: '_FusedMatMul',
    name: 'no bias',
    inputs: { a: floats([1, 2], [1, -2]), b: floats([2, 2], [1, 2, 3, 4]) },
    attrs: { transposeA: false, transposeB: false, activation: 'relu' },
    expected: floats([1, 2], [0, 0]),
  },
  {
    kernel: '_FusedMatMul',
    name: 'prelu',
    inputs: {
      a: floats([1, 2], [1, -2]),
      b: floats([2, 2], [1, 2, 3, -4]),
      bias: floats([2], [1, 0]),
      preluActivationWeights: floats([2], [0.5, 0.1]),
    },
    attrs: { transposeA: false, transposeB: false, activation: 'prelu' },
    expected: floats([1, 2], [-2, 10]),
  },
  ...convCases('FusedConv2D', convolution, false),
  ...convCases('FusedDepthwiseConv2D', depthwise, true),
  batchNorm('a batch of vectors', [5, 4]),
  batchNorm('images', [2, 3, 3, 4]),
  {
    kernel: 'FusedBatchNorm',
    name: 'no scale and no offset',
    inputs: { x: floats([2, 1], [3, 5]), mean: floats([1], [4]), variance: floats([1], [3]) },
    attrs: { varianceEpsilon: 1 },
    expected: floats([2, 1], [-0.5, 0.5]),
  },
];
