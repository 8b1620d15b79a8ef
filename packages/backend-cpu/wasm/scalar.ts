// The scalar functions one element at a time, in float64 as `scalar-functions.ts` of core defines them: for the rare functions
// and dtypes. What the language does not know comes from JavaScript's `Math`, so that it gives the reference's bits.
import * as F from './codes';

@external('Math', 'pow')
declare function jsPow(x: f64, y: f64): f64;
@external('Math', 'atan2')
declare function jsAtan2(y: f64, x: f64): f64;
@external('Math', 'exp')
declare function jsExp(x: f64): f64;
@external('Math', 'expm1')
declare function jsExpm1(x: f64): f64;
@external('Math', 'log')
declare function jsLog(x: f64): f64;
@external('Math', 'log1p')
declare function jsLog1p(x: f64): f64;
@external('Math', 'sin')
declare function jsSin(x: f64): f64;
@external('Math', 'cos')
declare function jsCos(x: f64): f64;
@external('Math', 'tan')
declare function jsTan(x: f64): f64;
@external('Math', 'asin')
declare function jsAsin(x: f64): f64;
@external('Math', 'acos')
declare function jsAcos(x: f64): f64;
@external('Math', 'atan')
declare function jsAtan(x: f64): f64;
@external('Math', 'sinh')
declare function jsSinh(x: f64): f64;
@external('Math', 'cosh')
declare function jsCosh(x: f64): f64;
@external('Math', 'tanh')
declare function jsTanh(x: f64): f64;
@external('Math', 'asinh')
declare function jsAsinh(x: f64): f64;
@external('Math', 'acosh')
declare function jsAcosh(x: f64): f64;
@external('Math', 'atanh')
declare function jsAtanh(x: f64): f64;
@external('capas', 'remainder')
declare function jsRemainder(a: f64, b: f64): f64;

/** The dtype of the result of a function whose arguments have a dtype. */
export function resultOf(fn: i32, dtype: i32): i32 {
  if (fn >= F.FN_IS_NAN && fn <= F.FN_NOT) return F.DTYPE_BOOL;
  switch (fn) {
    case F.FN_FLOOR_DIV:
    case F.FN_I32:
      return F.DTYPE_INT32;
    case F.FN_EXP:
    case F.FN_LEAKY_RELU:
    case F.FN_F32:
      return F.DTYPE_FLOAT32;
    case F.FN_BOOL:
      return F.DTYPE_BOOL;
    default:
      return dtype;
  }
}

/** Towards zero and modulo 2³²; 0 of what is not finite. */
export function toInt32(value: f64): i32 {
  if (!(abs(value) < Infinity)) return 0;
  const whole = trunc(value);
  return <i32>(<u32>(whole - floor(whole * (1.0 / 4294967296.0)) * 4294967296.0));
}

/** Lanes of a dtype, one by one. */
export function scalarLanes(fn: i32, dtype: i32, to: usize, a: usize, b: usize, c: usize, count: i32): void {
  const result = resultOf(fn, dtype);
  const isFloat = dtype == F.DTYPE_FLOAT32;
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const value = isFloat
      ? evaluate(fn, <f64>load<f32>(a + i), <f64>load<f32>(b + i), <f64>load<f32>(c + i))
      : evaluate(fn, <f64>load<i32>(a + i), <f64>load<i32>(b + i), <f64>load<i32>(c + i));
    if (result == F.DTYPE_FLOAT32) store<f32>(to + i, <f32>value);
    else if (result == F.DTYPE_INT32) store<i32>(to + i, toInt32(value));
    else if (result == F.DTYPE_BOOL) store<i32>(to + i, value != 0 ? 1 : 0);
    else store<i32>(to + i, toInt32(value) & 255);
  }
}

function evaluate(fn: i32, a: f64, b: f64, c: f64): f64 {
  switch (fn) {
    case F.FN_ADD:
      return a + b;
    case F.FN_SUB:
      return a - b;
    case F.FN_MUL:
      return a * b;
    case F.FN_DIV:
      return a / b;
    case F.FN_FLOOR_DIV:
      return floor(a / b);
    case F.FN_MOD:
      return modulo(a, b);
    case F.FN_POW:
      return jsPow(a, b);
    case F.FN_MAX:
      return max(a, b);
    case F.FN_MIN:
      return min(a, b);
    case F.FN_ATAN2:
      return jsAtan2(a, b);
    case F.FN_SQUARED_DIFFERENCE:
      return (a - b) * (a - b);
    case F.FN_NEG:
      return -a;
    case F.FN_ABS:
      return abs(a);
    case F.FN_SIGN:
      return a > 0 ? 1 : a < 0 ? -1 : 0;
    case F.FN_SQUARE:
      return a * a;
    case F.FN_SQRT:
      return sqrt(a);
    case F.FN_RSQRT:
      return 1.0 / sqrt(a);
    case F.FN_RECIPROCAL:
      return 1.0 / a;
    case F.FN_EXP:
      return jsExp(a);
    case F.FN_EXPM1:
      return jsExpm1(a);
    case F.FN_LOG:
      return jsLog(a);
    case F.FN_LOG1P:
      return jsLog1p(a);
    case F.FN_SIN:
      return jsSin(a);
    case F.FN_COS:
      return jsCos(a);
    case F.FN_TAN:
      return jsTan(a);
    case F.FN_ASIN:
      return jsAsin(a);
    case F.FN_ACOS:
      return jsAcos(a);
    case F.FN_ATAN:
      return jsAtan(a);
    case F.FN_SINH:
      return jsSinh(a);
    case F.FN_COSH:
      return jsCosh(a);
    case F.FN_TANH:
      return jsTanh(a);
    case F.FN_ASINH:
      return jsAsinh(a);
    case F.FN_ACOSH:
      return jsAcosh(a);
    case F.FN_ATANH:
      return jsAtanh(a);
    case F.FN_ERF:
      return erf(a);
    case F.FN_FLOOR:
      return floor(a);
    case F.FN_CEIL:
      return ceil(a);
    case F.FN_ROUND:
      return nearest(a);
    case F.FN_SIGMOID:
      return 1.0 / (1.0 + jsExp(-a));
    case F.FN_SOFTPLUS:
      return softplus(a);
    case F.FN_ELU:
      return a >= 0 ? a : jsExp(a) - 1.0;
    case F.FN_SELU:
      return a >= 0 ? 1.0507009873554805 * a : 1.7580993408473768 * (jsExp(a) - 1.0);
    case F.FN_RELU:
      return max<f64>(0, a);
    case F.FN_RELU6:
      return min<f64>(max<f64>(0, a), 6);
    case F.FN_LEAKY_RELU:
      return a < 0 ? b * a : a;
    case F.FN_STEP:
      return a != a ? a : a > 0 ? 1 : b;
    case F.FN_CLIP:
      return a > c ? c : a < b ? b : a;
    case F.FN_IS_NAN:
      return a != a ? 1 : 0;
    case F.FN_IS_INF:
      return abs(a) == Infinity ? 1 : 0;
    case F.FN_IS_FINITE:
      return abs(a) < Infinity ? 1 : 0;
    case F.FN_EQ:
      return a == b ? 1 : 0;
    case F.FN_NE:
      return a != b ? 1 : 0;
    case F.FN_LT:
      return a < b ? 1 : 0;
    case F.FN_LE:
      return a <= b ? 1 : 0;
    case F.FN_GT:
      return a > b ? 1 : 0;
    case F.FN_GE:
      return a >= b ? 1 : 0;
    case F.FN_AND:
    case F.FN_BIT_AND:
      return <f64>(<i32>a & <i32>b);
    case F.FN_OR:
    case F.FN_BIT_OR:
      return <f64>(<i32>a | <i32>b);
    case F.FN_XOR:
    case F.FN_BIT_XOR:
      return <f64>(<i32>a ^ <i32>b);
    case F.FN_NOT:
      return 1 - a;
    case F.FN_SELECT:
      return a != 0 ? b : c;
    case F.FN_BIT_NOT:
      return <f64>~(<i32>a);
    case F.FN_SHIFT_LEFT:
      return <f64>(<i32>a << <i32>b);
    case F.FN_SHIFT_RIGHT:
      return <f64>(<i32>a >> <i32>b);
    // casts: who stores the value converts it
    default:
      return a;
  }
}

function modulo(a: f64, b: f64): f64 {
  const rest = jsRemainder(a, b);
  const sameSign = (a < 0 && b < 0) || (a >= 0 && b >= 0);
  return sameSign ? rest : jsRemainder(rest + b, b);
}

const SOFTPLUS_BOUND: f64 = 13.942385152878742;

function softplus(a: f64): f64 {
  if (a < -SOFTPLUS_BOUND) return jsExp(a);
  return a > SOFTPLUS_BOUND ? a : jsLog(1.0 + jsExp(a));
}

function erf(a: f64): f64 {
  const x = abs(a);
  const t = 1.0 / (1.0 + 0.3275911 * x);
  const sum = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const size = 1.0 - sum * jsExp(-x * x);
  return a > 0 ? size : a < 0 ? -size : a;
}
