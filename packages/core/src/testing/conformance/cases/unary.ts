import { NARROW_KERNEL } from '../../../kernels/narrow.ts';
import type { Attributes } from '../../../kernels/spec.ts';
import { toNarrowFloat } from '../../../tensor/narrow-float.ts';
import type { ConformanceCase } from '../conformance-case.ts';
import {
  bools,
  floats,
  type HostTensor,
  type HostTensorType,
  ints,
  map,
  randomBools,
  randomFloats,
} from '../host-tensor.ts';

const one = (
  kernel: string,
  name: string,
  x: HostTensor,
  value: (x: number) => number,
  { attrs, dtype }: { readonly attrs?: Attributes; readonly dtype?: HostTensorType } = {},
): ConformanceCase => ({
  kernel,
  name,
  inputs: { x },
  ...(attrs && { attrs }),
  expected: map(x, value, dtype ?? x.dtype),
});

/** Kernels of one float32 tensor: the function, the range to try, attributes. */
const functions: readonly (readonly [string, (x: number) => number, number, number, Attributes?])[] = [
  ['Abs', Math.abs, -3, 3],
  ['Acos', Math.acos, -0.99, 0.99],
  ['Acosh', Math.acosh, 1.01, 5],
  ['Asin', Math.asin, -0.99, 0.99],
  ['Asinh', Math.asinh, -4, 4],
  ['Atan', Math.atan, -5, 5],
  ['Atanh', Math.atanh, -0.95, 0.95],
  ['Ceil', Math.ceil, -4, 4],
  ['ClipByValue', (x) => Math.min(Math.max(x, -0.5), 1.25), -3, 3, { clipValueMin: -0.5, clipValueMax: 1.25 }],
  ['Cos', Math.cos, -6, 6],
  ['Cosh', Math.cosh, -3, 3],
  ['Elu', (x) => (x >= 0 ? x : Math.expm1(x)), -4, 4],
  ['Erf', erf, -3, 3],
  ['Exp', Math.exp, -5, 3],
  ['Expm1', Math.expm1, -2, 2],
  ['Floor', Math.floor, -4, 4],
  ['Identity', (x) => x, -2, 2],
  ['LeakyRelu', (x) => (x >= 0 ? x : 0.3 * x), -3, 3, { alpha: 0.3 }],
  ['Log', Math.log, 0.01, 9],
  ['Log1p', Math.log1p, -0.9, 9],
  ['Neg', (x) => -x, -3, 3],
  ['OnesLike', () => 1, -2, 2],
  ['Reciprocal', (x) => 1 / x, 0.2, 3],
  ['Relu', (x) => Math.max(x, 0), -3, 3],
  ['Relu6', (x) => Math.min(Math.max(x, 0), 6), -3, 9],
  ['Round', roundHalfEven, -4, 4],
  ['Rsqrt', (x) => 1 / Math.sqrt(x), 0.05, 6],
  ['Selu', (x) => 1.0507009873554805 * (x >= 0 ? x : 1.6732632423543772 * Math.expm1(x)), -4, 4],
  ['Sigmoid', (x) => 1 / (1 + Math.exp(-x)), -9, 9],
  ['Sign', Math.sign, -2, 2],
  ['Sin', Math.sin, -6, 6],
  ['Sinh', Math.sinh, -3, 3],
  ['Softplus', (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), -9, 9],
  ['Sqrt', Math.sqrt, 0, 9],
  ['Square', (x) => x * x, -3, 3],
  ['Step', (x) => (x > 0 ? 1 : 0.25), -2, 2, { alpha: 0.25 }],
  ['Tan', Math.tan, -1.3, 1.3],
  ['Tanh', Math.tanh, -5, 5],
  ['ZerosLike', () => 0, -2, 2],
];

const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;

/** Halfway between numbers of 16 bits, at the ends of their ranges, and what is no number. */
const EDGES: readonly number[] = [0, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -1 - 2 ** -11, 1 + 3 * 2 ** -11, 2 - 2 ** -9].concat(
  [65504, 65519, 65520, -65536, 2 ** -14, 2 ** -24, 2 ** -25, 1.5 * 2 ** -25, -(2 ** -26), 5.5 * 2 ** -24],
  [2 ** 112, 1.0039 * 2 ** 112, (2 - 2 ** -9) * 2 ** 127, (2 - 2 ** -8) * 2 ** 127, -3.4e38, 1.17e-37, inf, -inf, nan],
);

/** Kernels that apply one function to each value. */
export const unaryCases: readonly ConformanceCase[] = [
  ...functions.flatMap(([kernel, value, low, high, attrs]) => {
    const options = attrs ? { attrs } : {};
    return [
      one(kernel, 'a matrix', randomFloats([5, 13], 1, low, high), value, options),
      one(kernel, 'a scalar', randomFloats([], 2, low, high), value, options),
      one(kernel, 'rank 4', randomFloats([2, 1, 3, 2], 3, low, high), value, options),
      one(kernel, 'no values', floats([0, 3], []), value, options),
    ];
  }),
  ...(['bfloat16', 'float16'] as const).flatMap((format) =>
    [
      one(NARROW_KERNEL, `${format}, a matrix`, randomFloats([5, 37], 1, -9, 9), (x) => toNarrowFloat(x, format), {
        attrs: { format },
      }),
      one(NARROW_KERNEL, `${format}, edges`, floats([EDGES.length], EDGES), (x) => toNarrowFloat(x, format), {
        attrs: { format },
      }),
      one(NARROW_KERNEL, `${format}, no values`, floats([0, 3], []), (x) => x, { attrs: { format } }),
    ].map((each) => ({ ...each, tolerance: 0 })),
  ),
  one('Round', 'halves go to the even neighbour', floats([6], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]), roundHalfEven),
  one('Sign', 'zero', floats([3], [-7, 0, 7]), Math.sign),
  one('Step', 'zero and NaN', floats([3], [0, nan, 1]), (x) => (Number.isNaN(x) ? nan : x > 0 ? 1 : 0), {
    attrs: { alpha: 0 },
  }),
  one('Relu', 'zero is not passed', floats([3], [-1, 0, 2]), (x) => Math.max(x, 0)),
  one('Relu', 'NaN stays', floats([2], [nan, -1]), (x) => (Number.isNaN(x) ? nan : Math.max(x, 0))),
  one(
    'Softplus',
    'far from zero',
    floats([4], [-100, -30, 30, 100]),
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  ),
  one('Sigmoid', 'far from zero', floats([4], [-100, -30, 30, 100]), (x) => 1 / (1 + Math.exp(-x))),
  one('Tanh', 'far from zero', floats([4], [-100, -20, 20, 100]), Math.tanh),
  one('Exp', 'overflow and underflow', floats([4], [-200, 200, -inf, inf]), (x) => Math.fround(Math.exp(x))),
  one('Expm1', 'near zero', floats([3], [1e-5, -1e-6, 0]), Math.expm1),
  one('Log', 'zero and below', floats([3], [0, -1, 1]), Math.log),
  one('Log1p', 'near zero', floats([3], [1e-6, -1e-6, 0]), Math.log1p),
  one('Sqrt', 'below zero', floats([2], [-1, 4]), Math.sqrt),
  one('Abs', 'int32', ints([4], [-3, 0, 7, -2_000_000_001]), Math.abs),
  one('Neg', 'int32', ints([3], [-3, 0, 7]), (x) => (x === 0 ? 0 : -x)),
  one('Square', 'int32', ints([3], [-3, 0, 7]), (x) => x * x),
  one('Relu', 'int32', ints([3], [-3, 0, 7]), (x) => Math.max(x, 0)),
  one('Sign', 'int32', ints([3], [-3, 0, 7]), Math.sign),
  one('ClipByValue', 'int32', ints([4], [-3, 0, 7, 2]), (x) => Math.min(Math.max(x, 0), 3), {
    attrs: { clipValueMin: 0, clipValueMax: 3 },
  }),
  one('Identity', 'int32', ints([3], [-3, 0, 2_000_000_001]), (x) => x),
  one('Identity', 'bool', randomBools([5], 1), (x) => x),
  one('OnesLike', 'int32', ints([3], [-3, 0, 7]), () => 1),
  one('ZerosLike', 'int32', ints([3], [-3, 0, 7]), () => 0),
  one('ZerosLike', 'bool', bools([2], [1, 0]), () => 0),
  one('IsNan', 'all kinds', floats([5], [1, nan, inf, -inf, 0]), (x) => Number(Number.isNaN(x)), { dtype: 'bool' }),
  one('IsInf', 'all kinds', floats([5], [1, nan, inf, -inf, 0]), (x) => Number(Math.abs(x) === inf), { dtype: 'bool' }),
  one('IsFinite', 'all kinds', floats([5], [1, nan, inf, -inf, 0]), (x) => Number(Number.isFinite(x)), {
    dtype: 'bool',
  }),
  one('LogicalNot', 'bool', randomBools([3, 7], 1), (x) => 1 - x),
  ...(
    [
      ['float32 to int32, towards zero', floats([6], [-1.7, -0.2, 0, 0.9, 1.5, 100.99]), 'int32', Math.trunc],
      ['float32 to bool', floats([4], [0, 0.25, -3, 1]), 'bool', (x: number) => Number(x !== 0)],
      ['int32 to float32', ints([3], [-5, 0, 7]), 'float32', (x: number) => x],
      ['int32 to bool', ints([3], [-5, 0, 256]), 'bool', (x: number) => Number(x !== 0)],
      ['bool to float32', bools([3], [1, 0, 1]), 'float32', (x: number) => x],
      ['bool to int32', bools([3], [1, 0, 1]), 'int32', (x: number) => x],
      ['float32 to float32', floats([2, 2], [1, 2, 3, 4.5]), 'float32', (x: number) => x],
      ['no values', floats([0], []), 'int32', (x: number) => x],
    ] as const
  ).map(([name, x, dtype, value]) => one('Cast', name, x, value, { attrs: { dtype }, dtype })),
];

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** The error function by its Maclaurin series, enough terms for |x| ≤ 3 in float64. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
