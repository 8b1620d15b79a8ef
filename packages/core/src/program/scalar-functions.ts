import { toNarrowFloat } from '../tensor/narrow-float.ts';
import type { ProgramDType } from './program.ts';

/** A function of scalars that `map` can compute. */
export interface ScalarFunction {
  readonly arity: 1 | 2 | 3;
  /** What its arguments may be. All of them have one dtype, but for the condition of `select`, which is bool. */
  readonly domain: readonly ProgramDType[];
  /** The dtype of the result; `'same'`: that of the arguments. */
  readonly result: ProgramDType | 'same';
  /**
   * The result in float64, from arguments that are exact in their dtype. Who stores it rounds it: float32 to the nearest,
   * int32 towards zero and modulo 2³² (NaN to 0), bool to whether it is not 0.
   */
  evaluate(a: number, b: number, c: number): number;
}

const ANY: readonly ProgramDType[] = ['float32', 'int32', 'bool', 'uint8'];
const NUMERIC: readonly ProgramDType[] = ['float32', 'int32', 'bool'];

const unary = (evaluate: (a: number) => number, result: ScalarFunction['result'] = 'same'): ScalarFunction => ({
  arity: 1,
  domain: NUMERIC,
  result,
  evaluate,
});

const binary = (
  evaluate: (a: number, b: number) => number,
  result: ScalarFunction['result'] = 'same',
): ScalarFunction => ({ arity: 2, domain: NUMERIC, result, evaluate });

const predicate = (evaluate: (a: number) => boolean): ScalarFunction => unary((a) => Number(evaluate(a)), 'bool');

const comparison = (evaluate: (a: number, b: number) => boolean): ScalarFunction =>
  binary((a, b) => Number(evaluate(a, b)), 'bool');

const only = (dtype: ProgramDType, fn: ScalarFunction): ScalarFunction => ({ ...fn, domain: [dtype] });

const cast = (dtype: ProgramDType): ScalarFunction => ({ arity: 1, domain: ANY, result: dtype, evaluate: (a) => a });

/**
 * All scalar functions by name, with the values of tfjs's kernels in JavaScript.
 *
 * Where they are not what their name says: `round` goes to the even neighbour at a half; `mod` has the sign of the divisor;
 * `floorDiv` gives int32 whatever it divides; `erf` is a polynomial with an error of up to 1.5e-7; `max`, `min` and `step` keep
 * NaN; `clip` keeps it too; `leakyRelu` and `exp` give float32 even for int32; `bf16` and `f16` round to numbers of these formats.
 *
 * @see tfjs-backend-cpu, `src/kernels`
 */
export const scalarFunctions: Readonly<Record<string, ScalarFunction>> = {
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  floorDiv: binary((a, b) => Math.floor(a / b), 'int32'),
  mod: binary(mod),
  pow: binary((a, b) => a ** b),
  max: binary((a, b) => Math.max(a, b)),
  min: binary((a, b) => Math.min(a, b)),
  atan2: binary((a, b) => Math.atan2(a, b)),
  squaredDifference: binary((a, b) => (a - b) * (a - b)),

  neg: unary((a) => -a),
  abs: unary((a) => Math.abs(a)),
  sign: unary((a) => (a > 0 ? 1 : a < 0 ? -1 : 0)),
  square: unary((a) => a * a),
  sqrt: unary((a) => Math.sqrt(a)),
  rsqrt: unary((a) => 1 / Math.sqrt(a)),
  reciprocal: unary((a) => 1 / a),
  exp: unary((a) => Math.exp(a), 'float32'),
  expm1: unary((a) => Math.expm1(a)),
  log: unary((a) => Math.log(a)),
  log1p: unary((a) => Math.log1p(a)),
  sin: unary((a) => Math.sin(a)),
  cos: unary((a) => Math.cos(a)),
  tan: unary((a) => Math.tan(a)),
  asin: unary((a) => Math.asin(a)),
  acos: unary((a) => Math.acos(a)),
  atan: unary((a) => Math.atan(a)),
  sinh: unary((a) => Math.sinh(a)),
  cosh: unary((a) => Math.cosh(a)),
  tanh: unary((a) => Math.tanh(a)),
  asinh: unary((a) => Math.asinh(a)),
  acosh: unary((a) => Math.acosh(a)),
  atanh: unary((a) => Math.atanh(a)),
  erf: unary(erf),
  floor: unary((a) => Math.floor(a)),
  ceil: unary((a) => Math.ceil(a)),
  round: unary(roundHalfToEven),

  sigmoid: unary((a) => 1 / (1 + Math.exp(-a))),
  softplus: unary(softplus),
  elu: unary((a) => (a >= 0 ? a : Math.exp(a) - 1)),
  selu: unary((a) => (a >= 0 ? SELU_SCALE * a : SELU_SCALE_ALPHA * (Math.exp(a) - 1))),
  relu: unary((a) => Math.max(0, a)),
  relu6: unary((a) => Math.min(Math.max(0, a), 6)),
  leakyRelu: binary((x, slope) => (x < 0 ? slope * x : x), 'float32'),
  step: binary((x, alpha) => (Number.isNaN(x) ? x : x > 0 ? 1 : alpha)),
  clip: { arity: 3, domain: NUMERIC, result: 'same', evaluate: clip },

  isNan: predicate(Number.isNaN),
  isInf: predicate((a) => Math.abs(a) === Number.POSITIVE_INFINITY),
  isFinite: predicate(Number.isFinite),
  eq: comparison((a, b) => a === b),
  ne: comparison((a, b) => a !== b),
  lt: comparison((a, b) => a < b),
  le: comparison((a, b) => a <= b),
  gt: comparison((a, b) => a > b),
  ge: comparison((a, b) => a >= b),
  and: only(
    'bool',
    binary((a, b) => a & b),
  ),
  or: only(
    'bool',
    binary((a, b) => a | b),
  ),
  xor: only(
    'bool',
    binary((a, b) => a ^ b),
  ),
  not: only(
    'bool',
    unary((a) => 1 - a),
  ),
  select: { arity: 3, domain: ANY, result: 'same', evaluate: (condition, a, b) => (condition ? a : b) },

  f32: cast('float32'),
  i32: cast('int32'),
  bool: cast('bool'),

  bitAnd: only(
    'int32',
    binary((a, b) => a & b),
  ),
  bitOr: only(
    'int32',
    binary((a, b) => a | b),
  ),
  bitXor: only(
    'int32',
    binary((a, b) => a ^ b),
  ),
  bitNot: only(
    'int32',
    unary((a) => ~a),
  ),
  shiftLeft: only(
    'int32',
    binary((a, b) => a << b),
  ),
  shiftRight: only(
    'int32',
    binary((a, b) => a >> b),
  ),

  bf16: only(
    'float32',
    unary((a) => toNarrowFloat(a, 'bfloat16')),
  ),
  f16: only(
    'float32',
    unary((a) => toNarrowFloat(a, 'float16')),
  ),
};

function clip(x: number, lo: number, hi: number): number {
  if (x > hi) return hi;
  if (x < lo) return lo;
  return x;
}

function mod(a: number, b: number): number {
  const rest = a % b;
  const sameSign = (a < 0 && b < 0) || (a >= 0 && b >= 0);
  return sameSign ? rest : (rest + b) % b;
}

function roundHalfToEven(a: number): number {
  const below = Math.floor(a);
  const rest = a - below;
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1;
  return rest > 0.5 ? Math.ceil(a) : below;
}

/** Beyond ±13.9, `log(1 + exp(a))` is `a` or `exp(a)` to the precision of float32. */
function softplus(a: number): number {
  if (a < -SOFTPLUS_BOUND) return Math.exp(a);
  return a > SOFTPLUS_BOUND ? a : Math.log(1 + Math.exp(a));
}

const SOFTPLUS_BOUND = -(Math.log(2 ** -23) + 2);

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

/** @see Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26 */
function erf(a: number): number {
  const x = Math.abs(a);
  const t = 1 / (1 + 0.3275911 * x);
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(a) * (1 - sum * Math.exp(-x * x));
}
