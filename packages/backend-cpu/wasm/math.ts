// Elementary functions on two float64 lanes, accurate enough that their results are right once rounded to float32 (but for
// ties). No fused multiplication, so that every machine gets the same bits.

// @ts-ignore: decorator
@inline
function f64s(value: f64): v128 {
  return f64x2.splat(value);
}

/** Beyond these, exponentials are 0 or infinite in float32. */
const LIMIT: f64 = 200;
const LOG2E: f64 = 1.4426950408889634;
const LN2: f64 = 0.6931471805599453;
/** So large a number leaves no room for fractions: whole numbers stand in its lowest bits. */
const ROUNDER: f64 = 6755399441055744; // 1.5 · 2⁵²

// @ts-ignore: decorator
@inline
function limited(x: v128): v128 {
  return f64x2.pmax(f64x2.pmin(x, f64s(LIMIT)), f64s(-LIMIT));
}

/** `eʳ - 1` for `|r| ≤ ½ ln 2`. */
// @ts-ignore: decorator
@inline
function expTail(r: v128): v128 {
  let sum = f64s(1.0 / 3628800.0);
  sum = f64x2.add(f64x2.mul(sum, r), f64s(1.0 / 362880.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64s(1.0 / 40320.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64s(1.0 / 5040.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64s(1.0 / 720.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64s(1.0 / 120.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64s(1.0 / 24.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64s(1.0 / 6.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64s(0.5));
  return f64x2.add(f64x2.mul(sum, f64x2.mul(r, r)), r);
}

// @ts-ignore: decorator
@inline
function rounded(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, f64s(LOG2E)), f64s(ROUNDER));
}

// @ts-ignore: decorator
@inline
function remainder(x: v128, round: v128): v128 {
  return f64x2.sub(x, f64x2.mul(f64x2.sub(round, f64s(ROUNDER)), f64s(LN2)));
}

/** 2ⁿ for the whole number n in the lowest bits. */
// @ts-ignore: decorator
@inline
function powerOfTwo(round: v128): v128 {
  return i64x2.shl(i64x2.add(round, i64x2.splat(1023)), 52);
}

// @ts-ignore: decorator
@inline
function expx(x: v128): v128 {
  const inside = limited(x);
  const round = rounded(inside);
  const scale = powerOfTwo(round);
  const value = f64x2.add(f64x2.mul(scale, expTail(remainder(inside, round))), scale);
  return keepNaN(value, x);
}

/** The bits of a NaN stand for no power of two. */
// @ts-ignore: decorator
@inline
function keepNaN(value: v128, x: v128): v128 {
  return v128.bitselect(value, x, f64x2.eq(x, x));
}

// @ts-ignore: decorator
@inline
export function expm1x(x: v128): v128 {
  const inside = limited(x);
  const round = rounded(inside);
  const scale = powerOfTwo(round);
  const tail = expTail(remainder(inside, round));
  return keepNaN(f64x2.add(f64x2.mul(scale, tail), f64x2.sub(scale, f64s(1))), x);
}

/** `2 artanh s` for `|s| ≤ 0.1716`. */
// @ts-ignore: decorator
@inline
function artanh(s: v128): v128 {
  const z = f64x2.mul(s, s);
  let sum = f64s(2.0 / 13.0);
  sum = f64x2.add(f64x2.mul(sum, z), f64s(2.0 / 11.0));
  sum = f64x2.add(f64x2.mul(sum, z), f64s(2.0 / 9.0));
  sum = f64x2.add(f64x2.mul(sum, z), f64s(2.0 / 7.0));
  sum = f64x2.add(f64x2.mul(sum, z), f64s(2.0 / 5.0));
  sum = f64x2.add(f64x2.mul(sum, z), f64s(2.0 / 3.0));
  return f64x2.add(f64x2.mul(f64x2.mul(sum, z), s), f64x2.add(s, s));
}

/** The bits of √½. */
const ROOT_HALF: i64 = 0x3fe6a09e667f3bcd;

// @ts-ignore: decorator
@inline
function logx(x: v128): v128 {
  // x = m · 2ᵉ with m from √½ to √2
  const bits = i64x2.sub(x, i64x2.splat(ROOT_HALF));
  const power = i64x2.shr_s(bits, 52);
  const m = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(ROOT_HALF));
  // a whole number of few bits beside the rounder is that number as a float64
  const e = f64x2.sub(i64x2.add(power, f64s(ROUNDER)), f64s(ROUNDER));
  const s = f64x2.div(f64x2.sub(m, f64s(1)), f64x2.add(m, f64s(1)));
  const value = f64x2.add(f64x2.mul(e, f64s(LN2)), artanh(s));
  const ofInfinite = v128.bitselect(value, x, f64x2.lt(x, f64s(Infinity)));
  const ofZero = v128.bitselect(f64s(-Infinity), ofInfinite, f64x2.eq(x, f64s(0)));
  return v128.bitselect(f64s(NaN), ofZero, f64x2.lt(x, f64s(0)));
}

// @ts-ignore: decorator
@inline
export function log1px(x: v128): v128 {
  const near = artanh(f64x2.div(x, f64x2.add(x, f64s(2))));
  const isNear = f64x2.lt(f64x2.abs(x), f64s(0.25));
  return v128.bitselect(near, logx(f64x2.add(x, f64s(1))), isNear);
}

/** Beyond ±13.9, `log(1 + exp(a))` is `a` or `exp(a)` to the precision of float32. */
const SOFTPLUS_BOUND: f64 = 13.942385152878742;

// @ts-ignore: decorator
@inline
export function softplusx(x: v128): v128 {
  const e = expx(x);
  const middle = logx(f64x2.add(e, f64s(1)));
  const upper = v128.bitselect(x, middle, f64x2.gt(x, f64s(SOFTPLUS_BOUND)));
  return v128.bitselect(e, upper, f64x2.lt(x, f64s(-SOFTPLUS_BOUND)));
}

// @ts-ignore: decorator
@inline
export function elux(x: v128): v128 {
  return v128.bitselect(x, expm1x(x), f64x2.ge(x, f64s(0)));
}

const SELU_SCALE: f64 = 1.0507009873554805;
const SELU_SCALE_ALPHA: f64 = 1.7580993408473768;

// @ts-ignore: decorator
@inline
export function selux(x: v128): v128 {
  const below = f64x2.mul(expm1x(x), f64s(SELU_SCALE_ALPHA));
  return v128.bitselect(f64x2.mul(x, f64s(SELU_SCALE)), below, f64x2.ge(x, f64s(0)));
}

/** @see Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26 */
// @ts-ignore: decorator
@inline
export function erfx(a: v128): v128 {
  const x = f64x2.abs(a);
  const t = f64x2.div(f64s(1), f64x2.add(f64s(1), f64x2.mul(f64s(0.3275911), x)));
  let sum = f64x2.sub(f64x2.mul(f64s(1.061405429), t), f64s(1.453152027));
  sum = f64x2.add(f64x2.mul(sum, t), f64s(1.421413741));
  sum = f64x2.sub(f64x2.mul(sum, t), f64s(0.284496736));
  sum = f64x2.mul(f64x2.add(f64x2.mul(sum, t), f64s(0.254829592)), t);
  const size = f64x2.sub(f64s(1), f64x2.mul(sum, expx(f64x2.neg(f64x2.mul(x, x)))));
  const signed = v128.xor(size, v128.and(a, f64s(-0.0)));
  // the sign of 0 is 0
  return v128.bitselect(a, signed, f64x2.eq(a, f64s(0)));
}

// @ts-ignore: decorator
@inline
export function rsqrtx(x: v128): v128 {
  return f64x2.div(f64s(1), f64x2.sqrt(x));
}
