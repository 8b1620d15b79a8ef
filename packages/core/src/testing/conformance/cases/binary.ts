import type { ConformanceCase } from '../conformance-case.ts';
import {
  bools,
  floats,
  type HostTensor,
  type HostTensorType,
  ints,
  randomBools,
  randomFloats,
  randomInts,
  zip,
} from '../host-tensor.ts';

type Binary = (a: number, b: number) => number;

const shapes: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['same shapes', [4, 9], [4, 9]],
  ['a row against a matrix', [4, 9], [9]],
  ['a column against a row', [4, 1], [1, 9]],
  ['a scalar', [3, 2, 5], []],
  ['a scalar in front', [], [7]],
  ['middle axes', [2, 1, 3, 1], [1, 4, 1, 5]],
  ['a batch against one', [3, 4], [2, 1, 4]],
  ['no values', [0, 3], [1, 3]],
];

const one = (
  kernel: string,
  name: string,
  a: HostTensor,
  b: HostTensor,
  value: Binary,
  dtype: HostTensorType = a.dtype,
): ConformanceCase => ({ kernel, name, inputs: { a, b }, expected: zip(a, b, value, dtype) });

const floorMod: Binary = (a, b) => a - b * Math.floor(a / b);

/** Kernels of two float32 tensors, with the ranges to try. */
const arithmetic: readonly (readonly [string, Binary, number, number, number, number])[] = [
  ['Add', (a, b) => a + b, -2, 2, -2, 2],
  ['Sub', (a, b) => a - b, -2, 2, -2, 2],
  ['Multiply', (a, b) => a * b, -2, 2, -2, 2],
  ['RealDiv', (a, b) => a / b, -2, 2, 0.5, 2],
  ['FloorDiv', (a, b) => Math.floor(a / b), -9, 9, 0.7, 2],
  ['Mod', floorMod, -9, 9, 0.7, 2],
  ['Pow', Math.pow, 0.1, 3, -2, 2],
  ['Maximum', Math.max, -2, 2, -2, 2],
  ['Minimum', Math.min, -2, 2, -2, 2],
  ['SquaredDifference', (a, b) => (a - b) ** 2, -2, 2, -2, 2],
  ['Atan2', Math.atan2, -2, 2, -2, 2],
];

const integer: readonly (readonly [string, Binary])[] = [
  ['Add', (a, b) => a + b],
  ['Sub', (a, b) => a - b],
  ['Multiply', (a, b) => a * b],
  ['FloorDiv', (a, b) => Math.floor(a / b)],
  ['Mod', floorMod],
  ['Maximum', Math.max],
  ['Minimum', Math.min],
  ['SquaredDifference', (a, b) => (a - b) ** 2],
];

const comparisons: readonly (readonly [string, Binary])[] = [
  ['Equal', (a, b) => Number(a === b)],
  ['NotEqual', (a, b) => Number(a !== b)],
  ['Greater', (a, b) => Number(a > b)],
  ['GreaterEqual', (a, b) => Number(a >= b)],
  ['Less', (a, b) => Number(a < b)],
  ['LessEqual', (a, b) => Number(a <= b)],
];

const logical: readonly (readonly [string, Binary])[] = [
  ['LogicalAnd', (a, b) => a & b],
  ['LogicalOr', (a, b) => a | b],
];

const nan = Number.NaN;

/** Kernels that combine two tensors value by value. */
export const binaryCases: readonly ConformanceCase[] = [
  ...arithmetic.flatMap(([kernel, value, aLow, aHigh, bLow, bHigh]) =>
    shapes.map(([name, a, b]) =>
      one(kernel, name, randomFloats(a, 1, aLow, aHigh), randomFloats(b, 2, bLow, bHigh), value),
    ),
  ),
  ...integer.flatMap(([kernel, value]) => [
    one(kernel, 'int32', randomInts([4, 5], 1, -9, 9), randomInts([5], 2, 1, 5), value),
    one(kernel, 'int32, divisors below zero', randomInts([4, 5], 1, -9, 9), randomInts([4, 1], 2, -5, 0), value),
  ]),
  one('Pow', 'int32', ints([4], [2, 3, -2, 0]), ints([4], [3, 2, 3, 0]), Math.pow),
  one('Pow', 'a negative base with whole exponents', floats([3], [-2, -2, -0.5]), floats([3], [2, 3, -1]), Math.pow),
  one('Maximum', 'NaN wins', floats([3], [nan, 1, 2]), floats([3], [1, nan, 1]), Math.max),
  one('Minimum', 'NaN wins', floats([3], [nan, 1, 2]), floats([3], [1, nan, 1]), Math.min),
  one('RealDiv', 'by zero', floats([3], [1, -1, 0]), floats([3], [0, 0, 0]), (a, b) => a / b),
  one('FloorDiv', 'below zero', floats([4], [7, -7, 7, -7]), floats([4], [2, 2, -2, -2]), (a, b) => Math.floor(a / b)),
  one('Mod', 'below zero', floats([4], [7, -7, 7, -7]), floats([4], [3, 3, -3, -3]), floorMod),
  ...comparisons.flatMap(([kernel, value]) => [
    ...shapes.map(([name, aShape, bShape]) => {
      const [a, b] = [randomInts(aShape, 1, 0, 3), randomInts(bShape, 2, 0, 3)];
      return one(kernel, name, floats(aShape, a.values), floats(bShape, b.values), value, 'bool');
    }),
    one(kernel, 'int32', randomInts([4, 5], 1, 0, 3), randomInts([5], 2, 0, 3), value, 'bool'),
    one(kernel, 'NaN', floats([3], [nan, nan, 1]), floats([3], [nan, 1, nan]), value, 'bool'),
    one(
      kernel,
      'int32 that float32 cannot tell apart',
      ints([2], [16_777_217, 16_777_216]),
      ints([2], [16_777_216, 16_777_216]),
      value,
      'bool',
    ),
  ]),
  ...(['Equal', 'NotEqual'] as const).map((kernel) =>
    one(
      kernel,
      'bool',
      randomBools([9], 1),
      randomBools([9], 2),
      (a, b) => Number((a === b) === (kernel === 'Equal')),
      'bool',
    ),
  ),
  ...logical.flatMap(([kernel, value]) =>
    shapes.map(([name, a, b]) => one(kernel, name, randomBools(a, 1), randomBools(b, 2), value, 'bool')),
  ),
  one('BitwiseAnd', 'int32', ints([4], [12, 255, -1, 7]), ints([4], [10, 15, 6, 0]), (a, b) => a & b),
  ...(
    [
      ['one slope per channel', [2, 3, 4], [4]],
      ['one slope per value', [3, 5], [3, 5]],
      ['slopes of middle axes', [2, 3, 4], [3, 1]],
    ] as const
  ).map(([name, xShape, alphaShape]) => {
    const [x, alpha] = [randomFloats(xShape, 1), randomFloats(alphaShape, 2)];
    const value: Binary = (a, b) => (a >= 0 ? a : a * b);
    return { kernel: 'Prelu', name, inputs: { x, alpha }, expected: zip(x, alpha, value) };
  }),
  {
    kernel: 'EluGrad',
    name: 'both sides of zero',
    inputs: { dy: floats([4], [1, 2, 3, 4]), y: floats([4], [-0.5, 0, 2, -0.9]) },
    expected: floats([4], [0.5, 2, 3, 4 * (1 - Math.fround(0.9))]),
  },
  ...(
    [
      ['same shapes', [3, 4], [3, 4], [3, 4]],
      ['rank 1', [5], [5], [5]],
      ['rank 3', [2, 3, 4], [2, 3, 4], [2, 3, 4]],
      ['no values', [0, 2], [0, 2], [0, 2]],
    ] as const
  ).map(([name, conditionShape, tShape, eShape]) => {
    const [condition, t, e] = [randomBools(conditionShape, 1), randomFloats(tShape, 2), randomFloats(eShape, 3)];
    const expected = zip(
      zip(condition, t, (c, a) => (c ? a : nan), 'float32'),
      e,
      (a, b) => (Number.isNaN(a) ? b : a),
    );
    return { kernel: 'Select', name, inputs: { condition, t, e }, expected };
  }),
  {
    kernel: 'Select',
    name: 'int32',
    inputs: { condition: bools([3], [1, 0, 1]), t: ints([3], [1, 2, 3]), e: ints([3], [7, 8, 9]) },
    expected: ints([3], [1, 8, 3]),
  },
  {
    kernel: 'AddN',
    name: 'three',
    inputs: [floats([2], [1, 2]), floats([2], [10, 20]), floats([2], [100, 200])],
    expected: floats([2], [111, 222]),
  },
];
