// The functions that models call most on four float32 lanes, to within two units in the last place: the argument is reduced, then
// a polynomial is evaluated. No fused multiplications, so that every machine gets the same bits.
//
// @see Cephes, single precision (Moshier): the intervals and polynomials

// @ts-ignore: decorator
@inline
function f32s(value: f32): v128 {
  return f32x4.splat(value);
}

// @ts-ignore: decorator
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(coefficient));
}

const LOG2E: f32 = 1.4426950408889634;
const LN2_HIGH: f32 = 0.693359375; // exact in few bits, so that its products with whole numbers are exact
const LN2_LOW: f32 = -2.121944400546906e-4;
/** So large a number leaves no room for fractions: whole numbers stand in its lowest bits. */
const ROUNDER: f32 = 12582912; // 1.5 · 2²³
const ROUNDER_BITS: i32 = 0x4b400000;

// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** Infinite from 88.8 on, 0 from -104 down. */
// @ts-ignore: decorator
@inline
export function expf(x: v128): v128 {
  const limited = f32x4.pmax(f32x4.pmin(x, f32s(89)), f32s(-104));
  const rounded = f32x4.add(f32x4.mul(limited, f32s(LOG2E)), f32s(ROUNDER));
  const power = f32x4.sub(rounded, f32s(ROUNDER));
  const high = f32x4.sub(limited, f32x4.mul(power, f32s(LN2_HIGH)));
  const r = f32x4.sub(high, f32x4.mul(power, f32s(LN2_LOW)));
  let tail = f32s(1.98756915e-4);
  tail = step(tail, r, 1.3981999507e-3);
  tail = step(tail, r, 8.3334519073e-3);
  tail = step(tail, r, 4.1665795894e-2);
  tail = step(tail, r, 1.6666665459e-1);
  tail = step(tail, r, 5.0000001201e-1);
  const mantissa = f32x4.add(f32x4.add(f32x4.mul(tail, f32x4.mul(r, r)), r), f32s(1));
  // 2ⁿ in two factors, since it may lie beyond the normal numbers while the product does not
  const n = i32x4.sub(rounded, i32x4.splat(ROUNDER_BITS));
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(mantissa, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
}

/** The bits of √½. */
const ROOT_HALF_BITS: i32 = 0x3f3504f3;

/** -∞ of 0 and NaN below. */
// @ts-ignore: decorator
@inline
export function logf(x: v128): v128 {
  const isTiny = f32x4.lt(x, f32s(1.1754943508222875e-38));
  const normal = v128.bitselect(f32x4.mul(x, f32s(8388608)), x, isTiny);
  // x = m · 2ᵉ with m from √½ to √2
  const bits = i32x4.sub(normal, i32x4.splat(ROOT_HALF_BITS));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const e = f32x4.sub(exponent, v128.and(isTiny, f32s(23)));
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(ROOT_HALF_BITS));
  const r = f32x4.sub(m, f32s(1));
  const z = f32x4.mul(r, r);
  let tail = f32s(7.0376836292e-2);
  tail = step(tail, r, -1.151461031e-1);
  tail = step(tail, r, 1.167699874e-1);
  tail = step(tail, r, -1.2420140846e-1);
  tail = step(tail, r, 1.4249322787e-1);
  tail = step(tail, r, -1.6668057665e-1);
  tail = step(tail, r, 2.0000714765e-1);
  tail = step(tail, r, -2.4999993993e-1);
  tail = step(tail, r, 3.3333331174e-1);
  const low = f32x4.add(f32x4.mul(f32x4.mul(tail, r), z), f32x4.mul(e, f32s(LN2_LOW)));
  const sum = f32x4.add(r, f32x4.sub(low, f32x4.mul(z, f32s(0.5))));
  const value = f32x4.add(sum, f32x4.mul(e, f32s(LN2_HIGH)));
  const ofInfinite = v128.bitselect(value, x, f32x4.lt(x, f32s(Infinity))); // NaN too
  const ofZero = v128.bitselect(f32s(-Infinity), ofInfinite, f32x4.eq(x, f32s(0)));
  return v128.bitselect(f32s(NaN), ofZero, f32x4.lt(x, f32s(0)));
}

// @ts-ignore: decorator
@inline
export function sigmoidf(x: v128): v128 {
  const e = expf(f32x4.neg(f32x4.abs(x)));
  const numerator = v128.bitselect(e, f32s(1), f32x4.lt(x, f32s(0)));
  return f32x4.div(numerator, f32x4.add(e, f32s(1)));
}

// @ts-ignore: decorator
@inline
export function tanhf(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let tail = f32s(-5.70498872745e-3);
  tail = step(tail, z, 2.06390887954e-2);
  tail = step(tail, z, -5.37397155531e-2);
  tail = step(tail, z, 1.33314422036e-1);
  tail = step(tail, z, -3.33332819422e-1);
  const near = f32x4.add(f32x4.mul(f32x4.mul(tail, z), x), x);
  const far = f32x4.sub(f32s(1), f32x4.div(f32s(2), f32x4.add(expf(f32x4.add(size, size)), f32s(1))));
  return v128.bitselect(near, v128.bitselect(x, far, f32s(-0.0)), f32x4.lt(size, f32s(0.625)));
}
