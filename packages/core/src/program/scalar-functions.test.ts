import { engine, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../testing/js-backend.ts';
import { evaluateExpression } from './evaluate-expression.ts';
import { callOf, inputOf } from './expression.ts';
import type { Elements } from './primitive.ts';
import { scalarFunctions } from './scalar-functions.ts';

beforeAll(async () => {
  await startJsBackend();
});

type DType = 'float32' | 'int32' | 'bool';

/** tfjs's kernel for each scalar function, with the names of its inputs, and attributes that stand for further arguments. */
const KERNELS: Readonly<Record<string, readonly [kernel: string, inputs: string, attrs?: readonly string[]]>> = {
  add: ['Add', 'a b'],
  sub: ['Sub', 'a b'],
  mul: ['Multiply', 'a b'],
  div: ['RealDiv', 'a b'],
  floorDiv: ['FloorDiv', 'a b'],
  mod: ['Mod', 'a b'],
  pow: ['Pow', 'a b'],
  max: ['Maximum', 'a b'],
  min: ['Minimum', 'a b'],
  atan2: ['Atan2', 'a b'],
  squaredDifference: ['SquaredDifference', 'a b'],
  neg: ['Neg', 'x'],
  abs: ['Abs', 'x'],
  sign: ['Sign', 'x'],
  square: ['Square', 'x'],
  sqrt: ['Sqrt', 'x'],
  rsqrt: ['Rsqrt', 'x'],
  reciprocal: ['Reciprocal', 'x'],
  exp: ['Exp', 'x'],
  expm1: ['Expm1', 'x'],
  log: ['Log', 'x'],
  log1p: ['Log1p', 'x'],
  sin: ['Sin', 'x'],
  cos: ['Cos', 'x'],
  tan: ['Tan', 'x'],
  asin: ['Asin', 'x'],
  acos: ['Acos', 'x'],
  atan: ['Atan', 'x'],
  sinh: ['Sinh', 'x'],
  cosh: ['Cosh', 'x'],
  tanh: ['Tanh', 'x'],
  asinh: ['Asinh', 'x'],
  acosh: ['Acosh', 'x'],
  atanh: ['Atanh', 'x'],
  erf: ['Erf', 'x'],
  floor: ['Floor', 'x'],
  ceil: ['Ceil', 'x'],
  round: ['Round', 'x'],
  sigmoid: ['Sigmoid', 'x'],
  softplus: ['Softplus', 'x'],
  elu: ['Elu', 'x'],
  selu: ['Selu', 'x'],
  relu: ['Relu', 'x'],
  relu6: ['Relu6', 'x'],
  leakyRelu: ['LeakyRelu', 'x', ['alpha']],
  step: ['Step', 'x', ['alpha']],
  clip: ['ClipByValue', 'x', ['clipValueMin', 'clipValueMax']],
  isNan: ['IsNan', 'x'],
  isInf: ['IsInf', 'x'],
  isFinite: ['IsFinite', 'x'],
  eq: ['Equal', 'a b'],
  ne: ['NotEqual', 'a b'],
  lt: ['Less', 'a b'],
  le: ['LessEqual', 'a b'],
  gt: ['Greater', 'a b'],
  ge: ['GreaterEqual', 'a b'],
  and: ['LogicalAnd', 'a b'],
  or: ['LogicalOr', 'a b'],
  not: ['LogicalNot', 'x'],
  select: ['Select', 'condition t e'],
  bitAnd: ['BitwiseAnd', 'a b'],
};

const FLOATS = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, -0.3, 3.75, -7, 12, 13.95, -13.95, 89, -104, 1e-40, 3e38]
  .concat([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  .map(Math.fround);
const VALUES: Readonly<Record<DType, readonly number[]>> = {
  float32: FLOATS,
  int32: [0, 1, -1, 2, -2, 3, 7, -7, 10, 1000, -46341, 46341, 2 ** 31 - 1, -(2 ** 31)],
  bool: [0, 1],
};

/** int32 values that tfjs squares or takes the absolute value of in float32, so not exactly: ours are exact. */
const TFJS_ROUNDS_TO_FLOAT32 = new Set(['abs int32', 'square int32']);

/** Those that are asked for booleans in practice; tfjs gives numbers beyond 1 for others (`add`). */
const BOOLEAN = new Set(['and', 'or', 'not', 'eq', 'ne', 'select']);

const cases = Object.keys(KERNELS).flatMap((fn) =>
  scalarFunctions[fn]!.domain.filter((dtype) => dtype !== 'uint8' && (dtype !== 'bool' || BOOLEAN.has(fn))).map(
    (dtype) => [fn, dtype as DType] as const,
  ),
);

test.each(cases)('%s of %s has the bits of tfjs', (fn, dtype) => {
  const [kernel, names, attributes = []] = KERNELS[fn]!;
  const inputNames = names.split(' ');
  const { arity } = scalarFunctions[fn]!;
  let values = VALUES[dtype];
  if (TFJS_ROUNDS_TO_FLOAT32.has(`${fn} ${dtype}`)) values = values.filter((value) => Math.abs(value) < 4096);
  // arguments that are attributes of the kernel are the same for all elements
  const pairs =
    inputNames.length > 1
      ? values.flatMap((a) => values.map((b) => [a, b] as const))
      : values.map((a) => [a, 0] as const);
  const columns: [DType, number[]][] = [
    [dtype, pairs.map(([a]) => a)],
    [dtype, pairs.map(([, b]) => b)],
  ];
  if (fn === 'select') columns.unshift(['bool', pairs.map((_, i) => i % 2)]);
  const fixed = attributes
    .map((_, i) => [-0.25, 2][i]!)
    .map((value) => (dtype === 'float32' ? value : Math.floor(value)));

  const tensors = inputNames.map((name, i) => [name, tensor(columns[i]![1], [pairs.length], columns[i]![0])]);
  const attrs = Object.fromEntries(attributes.map((name, i) => [name, fixed[i]!]));
  const expected = engine().runKernel(kernel, Object.fromEntries(tensors), attrs) as Tensor;

  const inputs = columns
    .slice(0, inputNames.length)
    .map(([type, data]) => ({ dtype: type, data: arrayOf(type, data) }));
  for (const value of fixed) inputs.push({ dtype, data: arrayOf(dtype, [value]) });
  const expression = callOf(fn, ...Array.from({ length: arity }, (_, i) => inputOf(i)));
  const actual = evaluateExpression(expression, inputs, pairs.length);
  expect(Array.from(actual)).toEqual(Array.from(expected.dataSync()));
  expect(actual.constructor).toBe(arrayOf(expected.dtype as DType, []).constructor);
});

test('functions that tfjs has no kernel for', () => {
  const ints = (fn: string, ...args: number[]) =>
    evaluateExpression(
      callOf(fn, ...args.map((_, i) => inputOf(i))),
      args.map((value) => ({ dtype: 'int32' as const, data: Int32Array.of(value) })),
      1,
    )[0];
  expect(ints('bitOr', 0b1100, 0b1010)).toBe(0b1110);
  expect(ints('bitXor', 0b1100, 0b1010)).toBe(0b0110);
  expect(ints('bitNot', 0)).toBe(-1);
  expect(ints('shiftLeft', 3, 4)).toBe(48);
  expect(ints('shiftRight', -16, 2)).toBe(-4);
  const xor = evaluateExpression(callOf('xor', inputOf(0), inputOf(1)), [bools(0, 0, 1, 1), bools(0, 1, 0, 1)], 4);
  expect(xor).toEqual(Uint8Array.of(0, 1, 1, 0));
});

test('every scalar function is compared with tfjs or tested by hand', () => {
  const byHand = ['xor', 'f32', 'i32', 'bool', 'bitOr', 'bitXor', 'bitNot', 'shiftLeft', 'shiftRight', 'bf16', 'f16'];
  expect(new Set([...Object.keys(KERNELS), ...byHand])).toEqual(new Set(Object.keys(scalarFunctions)));
});

test('casts cut towards zero, wrap, and take NaN as true', () => {
  const floats = { dtype: 'float32' as const, data: Float32Array.of(-1.9, 2.9, Number.NaN, 2 ** 31, 0, -0) };
  const cast = (fn: string) => evaluateExpression(callOf(fn, inputOf(0)), [floats], 6);
  expect(cast('i32')).toEqual(Int32Array.of(-1, 2, 0, -(2 ** 31), 0, 0));
  expect(cast('bool')).toEqual(Uint8Array.of(1, 1, 1, 1, 0, 0));
  const bytes = { dtype: 'uint8' as const, data: Uint8Array.of(0, 1, 255) };
  expect(evaluateExpression(callOf('f32', inputOf(0)), [bytes], 3)).toEqual(Float32Array.of(0, 1, 255));
});

const bools = (...data: number[]) => ({ dtype: 'bool' as const, data: Uint8Array.from(data) });

function arrayOf(dtype: DType, data: readonly number[]): Elements {
  if (dtype === 'float32') return Float32Array.from(data);
  return dtype === 'int32' ? Int32Array.from(data) : Uint8Array.from(data);
}
