// A function on lanes: 32-bit floats or integers, four to a vector. Counts are rounded up to 16, `BLOCK` of operands.ts.
import * as F from './codes';
import { elux, erfx, expm1x, log1px, rsqrtx, selux, softplusx } from './math';
import { expf, logf, sigmoidf, tanhf } from './math-single';
import { scalarLanes } from './scalar';

// @ts-ignore: decorator
@inline
function ones(mask: v128): v128 {
  return v128.and(mask, i32x4.splat(1));
}

// @ts-ignore: decorator
@inline
function floatOf(fn: i32, a: v128, b: v128, c: v128): v128 {
  if (fn == F.FN_ADD) return f32x4.add(a, b);
  if (fn == F.FN_SUB) return f32x4.sub(a, b);
  if (fn == F.FN_MUL) return f32x4.mul(a, b);
  if (fn == F.FN_DIV) return f32x4.div(a, b);
  if (fn == F.FN_MAX) return f32x4.max(a, b);
  if (fn == F.FN_MIN) return f32x4.min(a, b);
  if (fn == F.FN_NEG) return f32x4.neg(a);
  if (fn == F.FN_ABS) return f32x4.abs(a);
  if (fn == F.FN_SQUARE) return f32x4.mul(a, a);
  if (fn == F.FN_SQRT) return f32x4.sqrt(a);
  if (fn == F.FN_RECIPROCAL) return f32x4.div(f32x4.splat(1), a);
  if (fn == F.FN_FLOOR) return f32x4.floor(a);
  if (fn == F.FN_CEIL) return f32x4.ceil(a);
  if (fn == F.FN_ROUND) return f32x4.nearest(a);
  if (fn == F.FN_SIGN) {
    const one = f32x4.splat(1);
    const above = v128.and(f32x4.gt(a, f32x4.splat(0)), one);
    return v128.or(above, v128.and(f32x4.lt(a, f32x4.splat(0)), f32x4.splat(-1)));
  }
  if (fn == F.FN_EXP) return expf(a);
  if (fn == F.FN_LOG) return logf(a);
  if (fn == F.FN_SIGMOID) return sigmoidf(a);
  if (fn == F.FN_TANH) return tanhf(a);
  // 0 < a ? a : 0, and NaN as it is
  if (fn == F.FN_RELU) return v128.andnot(a, f32x4.le(a, f32x4.splat(0)));
  if (fn == F.FN_RELU6) return f32x4.pmin(v128.andnot(a, f32x4.le(a, f32x4.splat(0))), f32x4.splat(6));
  if (fn == F.FN_LEAKY_RELU) return v128.bitselect(f32x4.mul(b, a), a, f32x4.lt(a, f32x4.splat(0)));
  if (fn == F.FN_STEP) {
    const value = v128.bitselect(f32x4.splat(1), b, f32x4.gt(a, f32x4.splat(0)));
    return v128.bitselect(value, a, f32x4.eq(a, a));
  }
  if (fn == F.FN_CLIP) {
    const least = v128.bitselect(b, a, f32x4.lt(a, b));
    return v128.bitselect(c, least, f32x4.gt(a, c));
  }
  if (fn == F.FN_IS_NAN) return ones(f32x4.ne(a, a));
  if (fn == F.FN_IS_INF) return ones(f32x4.eq(f32x4.abs(a), f32x4.splat(Infinity)));
  if (fn == F.FN_IS_FINITE) return ones(f32x4.lt(f32x4.abs(a), f32x4.splat(Infinity)));
  if (fn == F.FN_EQ) return ones(f32x4.eq(a, b));
  if (fn == F.FN_NE) return ones(f32x4.ne(a, b));
  if (fn == F.FN_LT) return ones(f32x4.lt(a, b));
  if (fn == F.FN_LE) return ones(f32x4.le(a, b));
  if (fn == F.FN_GT) return ones(f32x4.gt(a, b));
  if (fn == F.FN_GE) return ones(f32x4.ge(a, b));
  // select and bool
  if (fn == F.FN_SELECT) return v128.bitselect(b, c, i32x4.ne(a, i32x4.splat(0)));
  return ones(f32x4.ne(a, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function intOf(fn: i32, a: v128, b: v128): v128 {
  if (fn == F.FN_ADD) return i32x4.add(a, b);
  if (fn == F.FN_SUB) return i32x4.sub(a, b);
  if (fn == F.FN_MAX) return i32x4.max_s(a, b);
  if (fn == F.FN_MIN) return i32x4.min_s(a, b);
  if (fn == F.FN_NEG) return i32x4.neg(a);
  if (fn == F.FN_EQ) return ones(i32x4.eq(a, b));
  if (fn == F.FN_NE) return ones(i32x4.ne(a, b));
  if (fn == F.FN_LT) return ones(i32x4.lt_s(a, b));
  if (fn == F.FN_LE) return ones(i32x4.le_s(a, b));
  if (fn == F.FN_GT) return ones(i32x4.gt_s(a, b));
  if (fn == F.FN_GE) return ones(i32x4.ge_s(a, b));
  if (fn == F.FN_AND) return v128.and(a, b);
  if (fn == F.FN_OR) return v128.or(a, b);
  if (fn == F.FN_XOR) return v128.xor(a, b);
  if (fn == F.FN_NOT) return v128.xor(a, i32x4.splat(1));
  if (fn == F.FN_BIT_NOT) return v128.not(a);
  if (fn == F.FN_F32) return f32x4.convert_i32x4_s(a);
  if (fn == F.FN_I32) return a;
  return ones(i32x4.ne(a, i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function wideOf(fn: i32, a: v128, b: v128): v128 {
  if (fn == F.FN_SQUARED_DIFFERENCE) {
    const difference = f64x2.sub(a, b);
    return f64x2.mul(difference, difference);
  }
  if (fn == F.FN_RSQRT) return rsqrtx(a);
  if (fn == F.FN_EXPM1) return expm1x(a);
  if (fn == F.FN_LOG1P) return log1px(a);
  if (fn == F.FN_ERF) return erfx(a);
  if (fn == F.FN_SOFTPLUS) return softplusx(a);
  if (fn == F.FN_ELU) return elux(a);
  return selux(a);
}

// @ts-ignore: decorator
@inline
function upper(a: v128): v128 {
  return v128.shuffle<i32>(a, a, 2, 3, 2, 3);
}

/** Two float64 lanes for each half, and back. */
// @ts-ignore: decorator
@inline
function throughWide(fn: i32, a: v128, b: v128): v128 {
  const low = wideOf(fn, f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const high = wideOf(fn, f64x2.promote_low_f32x4(upper(a)), f64x2.promote_low_f32x4(upper(b)));
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

// Only what a function takes is loaded: engines keep loads whose value nobody needs.

// @ts-ignore: decorator
@inline
function floats1(fn: i32, to: usize, a: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 64, a += 64) {
    const p = v128.load(a);
    const q = v128.load(a, 16);
    const r = v128.load(a, 32);
    const s = v128.load(a, 48);
    v128.store(to, floatOf(fn, p, p, p));
    v128.store(to, floatOf(fn, q, q, q), 16);
    v128.store(to, floatOf(fn, r, r, r), 32);
    v128.store(to, floatOf(fn, s, s, s), 48);
  }
}

/** As `floats1`, for functions that need all registers for themselves. */
// @ts-ignore: decorator
@inline
function longs1(fn: i32, to: usize, a: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, a += 16) {
    const value = v128.load(a);
    v128.store(to, floatOf(fn, value, value, value));
  }
}

// @ts-ignore: decorator
@inline
function floats2(fn: i32, to: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 64, a += 64, b += 64) {
    const p = v128.load(a);
    const q = v128.load(a, 16);
    const r = v128.load(a, 32);
    const s = v128.load(a, 48);
    v128.store(to, floatOf(fn, p, v128.load(b), p));
    v128.store(to, floatOf(fn, q, v128.load(b, 16), q), 16);
    v128.store(to, floatOf(fn, r, v128.load(b, 32), r), 32);
    v128.store(to, floatOf(fn, s, v128.load(b, 48), s), 48);
  }
}

// @ts-ignore: decorator
@inline
function floats3(fn: i32, to: usize, a: usize, b: usize, c: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, a += 16, b += 16, c += 16) {
    v128.store(to, floatOf(fn, v128.load(a), v128.load(b), v128.load(c)));
  }
}

// @ts-ignore: decorator
@inline
function wides1(fn: i32, to: usize, a: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, a += 16) {
    const value = v128.load(a);
    v128.store(to, throughWide(fn, value, value));
  }
}

// @ts-ignore: decorator
@inline
function wides2(fn: i32, to: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, a += 16, b += 16) {
    v128.store(to, throughWide(fn, v128.load(a), v128.load(b)));
  }
}

// @ts-ignore: decorator
@inline
function ints1(fn: i32, to: usize, a: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, a += 16) {
    const value = v128.load(a);
    v128.store(to, intOf(fn, value, value));
  }
}

// @ts-ignore: decorator
@inline
function ints2(fn: i32, to: usize, a: usize, b: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, a += 16, b += 16) {
    v128.store(to, intOf(fn, v128.load(a), v128.load(b)));
  }
}

/** `to = fn(a, b, c)` on lanes whose arguments have a dtype. */
export function applyFunction(fn: i32, dtype: i32, to: usize, a: usize, b: usize, c: usize, count: i32): void {
  const bytes = ((<usize>count + 15) & ~15) << 2;
  if (fn == F.FN_SELECT) floats3(F.FN_SELECT, to, a, b, c, bytes);
  else if (dtype == F.DTYPE_FLOAT32) applyToFloats(fn, to, a, b, c, count, bytes);
  else applyToInts(fn, dtype, to, a, b, c, count, bytes);
}

function applyToFloats(fn: i32, to: usize, a: usize, b: usize, c: usize, count: i32, bytes: usize): void {
  switch (fn) {
    case F.FN_ADD: return floats2(F.FN_ADD, to, a, b, bytes);
    case F.FN_SUB: return floats2(F.FN_SUB, to, a, b, bytes);
    case F.FN_MUL: return floats2(F.FN_MUL, to, a, b, bytes);
    case F.FN_DIV: return floats2(F.FN_DIV, to, a, b, bytes);
    case F.FN_MAX: return floats2(F.FN_MAX, to, a, b, bytes);
    case F.FN_MIN: return floats2(F.FN_MIN, to, a, b, bytes);
    case F.FN_NEG: return floats1(F.FN_NEG, to, a, bytes);
    case F.FN_ABS: return floats1(F.FN_ABS, to, a, bytes);
    case F.FN_SQUARE: return floats1(F.FN_SQUARE, to, a, bytes);
    case F.FN_SQRT: return floats1(F.FN_SQRT, to, a, bytes);
    case F.FN_RECIPROCAL: return floats1(F.FN_RECIPROCAL, to, a, bytes);
    case F.FN_FLOOR: return floats1(F.FN_FLOOR, to, a, bytes);
    case F.FN_CEIL: return floats1(F.FN_CEIL, to, a, bytes);
    case F.FN_ROUND: return floats1(F.FN_ROUND, to, a, bytes);
    case F.FN_SIGN: return floats1(F.FN_SIGN, to, a, bytes);
    case F.FN_RELU: return floats1(F.FN_RELU, to, a, bytes);
    case F.FN_RELU6: return floats1(F.FN_RELU6, to, a, bytes);
    case F.FN_LEAKY_RELU: return floats2(F.FN_LEAKY_RELU, to, a, b, bytes);
    case F.FN_STEP: return floats2(F.FN_STEP, to, a, b, bytes);
    case F.FN_CLIP: return floats3(F.FN_CLIP, to, a, b, c, bytes);
    case F.FN_IS_NAN: return floats1(F.FN_IS_NAN, to, a, bytes);
    case F.FN_IS_INF: return floats1(F.FN_IS_INF, to, a, bytes);
    case F.FN_IS_FINITE: return floats1(F.FN_IS_FINITE, to, a, bytes);
    case F.FN_EQ: return floats2(F.FN_EQ, to, a, b, bytes);
    case F.FN_NE: return floats2(F.FN_NE, to, a, b, bytes);
    case F.FN_LT: return floats2(F.FN_LT, to, a, b, bytes);
    case F.FN_LE: return floats2(F.FN_LE, to, a, b, bytes);
    case F.FN_GT: return floats2(F.FN_GT, to, a, b, bytes);
    case F.FN_GE: return floats2(F.FN_GE, to, a, b, bytes);
    case F.FN_BOOL: return floats1(F.FN_BOOL, to, a, bytes);
    case F.FN_SQUARED_DIFFERENCE: return wides2(F.FN_SQUARED_DIFFERENCE, to, a, b, bytes);
    case F.FN_RSQRT: return wides1(F.FN_RSQRT, to, a, bytes);
    case F.FN_EXP: return longs1(F.FN_EXP, to, a, bytes);
    case F.FN_EXPM1: return wides1(F.FN_EXPM1, to, a, bytes);
    case F.FN_LOG: return longs1(F.FN_LOG, to, a, bytes);
    case F.FN_LOG1P: return wides1(F.FN_LOG1P, to, a, bytes);
    case F.FN_TANH: return longs1(F.FN_TANH, to, a, bytes);
    case F.FN_ERF: return wides1(F.FN_ERF, to, a, bytes);
    case F.FN_SIGMOID: return longs1(F.FN_SIGMOID, to, a, bytes);
    case F.FN_SOFTPLUS: return wides1(F.FN_SOFTPLUS, to, a, bytes);
    case F.FN_ELU: return wides1(F.FN_ELU, to, a, bytes);
    case F.FN_SELU: return wides1(F.FN_SELU, to, a, bytes);
    case F.FN_F32: {
      if (to != a) memory.copy(to, a, bytes);
      return;
    }
    case F.FN_I32: return floatsToInts(to, a, count);
    default: return scalarLanes(fn, F.DTYPE_FLOAT32, to, a, b, c, count);
  }
}

function applyToInts(fn: i32, dtype: i32, to: usize, a: usize, b: usize, c: usize, count: i32, bytes: usize): void {
  switch (fn) {
    case F.FN_EQ: return ints2(F.FN_EQ, to, a, b, bytes);
    case F.FN_NE: return ints2(F.FN_NE, to, a, b, bytes);
    case F.FN_LT: return ints2(F.FN_LT, to, a, b, bytes);
    case F.FN_LE: return ints2(F.FN_LE, to, a, b, bytes);
    case F.FN_GT: return ints2(F.FN_GT, to, a, b, bytes);
    case F.FN_GE: return ints2(F.FN_GE, to, a, b, bytes);
    case F.FN_AND: return ints2(F.FN_AND, to, a, b, bytes);
    case F.FN_OR: return ints2(F.FN_OR, to, a, b, bytes);
    case F.FN_XOR: return ints2(F.FN_XOR, to, a, b, bytes);
    case F.FN_NOT: return ints1(F.FN_NOT, to, a, bytes);
    case F.FN_F32: return ints1(F.FN_F32, to, a, bytes);
    case F.FN_I32: return ints1(F.FN_I32, to, a, bytes);
    case F.FN_BOOL: return ints1(F.FN_BOOL, to, a, bytes);
    case F.FN_BIT_AND: return ints2(F.FN_AND, to, a, b, bytes);
    case F.FN_BIT_OR: return ints2(F.FN_OR, to, a, b, bytes);
    case F.FN_BIT_XOR: return ints2(F.FN_XOR, to, a, b, bytes);
    case F.FN_BIT_NOT: return ints1(F.FN_BIT_NOT, to, a, bytes);
    default: {
      if (dtype != F.DTYPE_INT32) return scalarLanes(fn, dtype, to, a, b, c, count);
    }
  }
  switch (fn) {
    case F.FN_ADD: return ints2(F.FN_ADD, to, a, b, bytes);
    case F.FN_SUB: return ints2(F.FN_SUB, to, a, b, bytes);
    case F.FN_MAX: return ints2(F.FN_MAX, to, a, b, bytes);
    case F.FN_MIN: return ints2(F.FN_MIN, to, a, b, bytes);
    case F.FN_NEG: return ints1(F.FN_NEG, to, a, bytes);
    case F.FN_MUL: return multiplyInts(to, a, b, count);
    default: return scalarLanes(fn, dtype, to, a, b, c, count);
  }
}

/** Products as the reference has them: rounded to float64, then modulo 2³². */
function multiplyInts(to: usize, a: usize, b: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const exact = <i64>load<i32>(a + i) * <i64>load<i32>(b + i);
    store<i32>(to + i, <i32>(<i64>(<f64>exact)));
  }
}

/** Towards zero; what is beyond int32, one by one. */
function floatsToInts(to: usize, a: usize, count: i32): void {
  const limit = f32x4.splat(2147483648);
  for (let i = 0; i < count; i += 4) {
    const offset = (<usize>i) << 2;
    const value = v128.load(a + offset);
    if (i32x4.all_true(f32x4.lt(f32x4.abs(value), limit))) v128.store(to + offset, i32x4.trunc_sat_f32x4_s(value));
    else scalarLanes(F.FN_I32, F.DTYPE_FLOAT32, to + offset, a + offset, a + offset, a + offset, 4);
  }
}
