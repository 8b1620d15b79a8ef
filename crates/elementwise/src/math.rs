//! Functions of one lane without branches, so that a loop over them becomes vector instructions.
//!
//! Those of float32 are for what is hot; the rest compute in float64 and round once. `FMA` says whether there is a fused
//! multiply-add. Results below the smallest normal float32 may be 0.

use crate::scalar::SOFTPLUS_BOUND;

#[inline(always)]
pub(crate) fn fma32<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

#[inline(always)]
pub(crate) fn fma64<const FMA: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FMA { a.mul_add(b, c) } else { a * b + c }
}

#[inline(always)]
fn horner32<const FMA: bool, const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = coefficients[0];
    for c in &coefficients[1..] {
        sum = fma32::<FMA>(sum, x, *c);
    }
    sum
}

#[inline(always)]
fn horner64<const FMA: bool, const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let mut sum = coefficients[0];
    for c in &coefficients[1..] {
        sum = fma64::<FMA>(sum, x, *c);
    }
    sum
}

/// `n` and `eʳ - 1` with `eˣ = 2ⁿ·eʳ` and |r| ≤ ln 2 / 2: the remainder in two parts, a polynomial for `eʳ`.
#[inline(always)]
fn reduced_exp<const FMA: bool>(x: f32) -> (i32, f32) {
    // adding it leaves the integer in the low bits of the mantissa
    const TO_INTEGER: f32 = 12_582_912.0;
    let shifted = fma32::<FMA>(x, std::f32::consts::LOG2_E, TO_INTEGER);
    let n = shifted - TO_INTEGER;
    let r = fma32::<FMA>(n, -0.693_359_4, x);
    let r = fma32::<FMA>(n, 2.121_944_4e-4, r);
    let p =
        horner32::<FMA, 6>(r, [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 5.0e-1]);
    let n = (shifted.to_bits() as i32).wrapping_sub(TO_INTEGER.to_bits() as i32);
    (n, fma32::<FMA>(r * r, p, r))
}

/// `eˣ`.
#[inline(always)]
pub(crate) fn exp32<const FMA: bool>(x: f32) -> f32 {
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let (n, p) = reduced_exp::<FMA>(x);
    let half = n >> 1;
    (p + 1.0) * power_of_two(half) * power_of_two(n.wrapping_sub(half))
}

/// Up to here, `eˣ` is a normal number.
pub(crate) const EXP_BOUND: f32 = 87.0;

/// `eˣ` of |x| less than the bound, with the bits of [`exp32`].
#[inline(always)]
pub(crate) fn exp_within<const FMA: bool>(x: f32) -> f32 {
    let (n, p) = reduced_exp::<FMA>(x);
    (p + 1.0) * power_of_two(n)
}

/// `eˣ - 1`, to the precision of small results, too.
#[inline(always)]
pub(crate) fn expm1_32<const FMA: bool>(x: f32) -> f32 {
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -20.0 { -20.0 } else { x };
    let (n, p) = reduced_exp::<FMA>(x);
    // half of it, as 2ⁿ may be more than the largest number
    let half = power_of_two(n.wrapping_sub(1));
    let sum = fma32::<FMA>(half, p, half - 0.5);
    sum + sum
}

/// `log x`.
#[inline(always)]
pub(crate) fn log32<const FMA: bool>(x: f32) -> f32 {
    // below the normal numbers, the exponent is in the mantissa. A mask, as of a condition LLVM 22 makes two logarithms
    let is_small = (x.to_bits() as i32).wrapping_sub(0x0080_0000) >> 31;
    let scaled = x * power_of_two(is_small & 23);
    let (exponent, f) = split(scaled);
    at_edges(scaled, log_of_parts::<FMA>(exponent + (is_small & -23), f))
}

/// `log x` of what [`is_ordinary`] says, with the bits of [`log32`].
#[inline(always)]
pub(crate) fn log_ordinary<const FMA: bool>(x: f32) -> f32 {
    let (exponent, f) = split(x);
    log_of_parts::<FMA>(exponent, f)
}

/// Whether it is positive, normal and finite.
#[inline(always)]
pub(crate) fn is_ordinary(x: f32) -> bool {
    x.to_bits().wrapping_sub(0x0080_0000) < 0x7F00_0000
}

/// `log (1 + x)`: what the sum loses of `x` is taken along.
#[inline(always)]
pub(crate) fn log1p32<const FMA: bool>(x: f32) -> f32 {
    let sum = 1.0 + x;
    let added = sum - 1.0;
    let rest = (1.0 - (sum - added)) + (x - added);
    let (exponent, f) = split(sum);
    // beyond 2¹⁰⁰ the rest does not count
    let f = fma32::<FMA>(rest, power_of_two(-exponent.min(100)), f);
    let log = at_edges(sum, log_of_parts::<FMA>(exponent, f));
    // 0 keeps its sign
    if x.abs() < 1e-8 { x } else { log }
}

/// `log (1 + eˣ)`; what is beyond the bound as the reference has it.
#[inline(always)]
pub(crate) fn softplus32<const FMA: bool>(x: f32) -> f32 {
    const BOUND: f32 = SOFTPLUS_BOUND as f32;
    let e = exp32::<FMA>(-x.abs());
    let sum = 1.0 + e;
    let (exponent, f) = split(sum);
    let f = fma32::<FMA>(e - (sum - 1.0), power_of_two(-exponent), f);
    let log = log_of_parts::<FMA>(exponent, f);
    let log = if x.abs() > BOUND { e } else { log };
    (if x < 0.0 { 0.0 } else { x }) + if x > BOUND { 0.0 } else { log }
}

/// `n` and `m - 1` with `x = 2ⁿ·m` and m from √½ to √2, of a positive normal number.
#[inline(always)]
fn split(x: f32) -> (i32, f32) {
    const SQRT_HALF: i32 = 0x3F35_04F3;
    let shifted = (x.to_bits() as i32).wrapping_sub(SQRT_HALF);
    let mantissa = f32::from_bits((shifted & 0x007F_FFFF).wrapping_add(SQRT_HALF) as u32);
    (shifted >> 23, mantissa - 1.0)
}

/// `n · ln 2 + log (1 + f)`, f from √½ - 1 to √2 - 1: a polynomial with an error of 6e-9.
#[inline(always)]
fn log_of_parts<const FMA: bool>(n: i32, f: f32) -> f32 {
    let p = horner32::<FMA, 8>(
        f,
        [
            -7.640_763e-2,
            1.276_416_2e-1,
            -1.315_92e-1,
            1.420_137_4e-1,
            -1.662_341_2e-1,
            2.000_124_3e-1,
            -2.500_082e-1,
            3.333_333e-1,
        ],
    );
    let n = n as f32;
    let z = f * f;
    let log = fma32::<FMA>(z * f, p, n * -2.121_944_4e-4);
    let log = fma32::<FMA>(z, -0.5, log) + f;
    fma32::<FMA>(n, 0.693_359_4, log)
}

/// The logarithm, where it is not that of 0, infinity, NaN or less than 0.
#[inline(always)]
fn at_edges(x: f32, log: f32) -> f32 {
    let log = if x == 0.0 { f32::NEG_INFINITY } else { log };
    let log = if x == f32::INFINITY { x } else { log };
    if x >= 0.0 { log } else { f32::NAN }
}

#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

#[inline(always)]
pub(crate) fn sigmoid32<const FMA: bool>(x: f32) -> f32 {
    1.0 / (1.0 + exp32::<FMA>(-x))
}

/// `(e²ᵃ - 1) / (e²ᵃ + 1)` with a = |x|: the difference is as precise near 0 as elsewhere.
#[inline(always)]
pub(crate) fn tanh32<const FMA: bool>(x: f32) -> f32 {
    let a = x.abs();
    // from here on it is 1
    let a = if a > 9.02 { 9.02 } else { a };
    let (n, p) = reduced_exp::<FMA>(a + a);
    let power = power_of_two(n);
    let difference = fma32::<FMA>(power, p, power - 1.0);
    (difference / (difference + 2.0)).copysign(x)
}

/// `eˣ` to about 1e-12; for |x| up to 700.
#[inline(always)]
pub(crate) fn exp64<const FMA: bool>(x: f64) -> f64 {
    const TO_INTEGER: f64 = 6_755_399_441_055_744.0;
    let x = if x > 700.0 { 700.0 } else { x };
    let x = if x < -700.0 { -700.0 } else { x };
    let shifted = fma64::<FMA>(x, std::f64::consts::LOG2_E, TO_INTEGER);
    let n = shifted - TO_INTEGER;
    let r = fma64::<FMA>(n, -0.693_147_180_369_123_8, x);
    let r = fma64::<FMA>(n, -1.908_214_929_270_587_7e-10, r);
    let p = horner64::<FMA, 11>(
        r,
        [
            1.0 / 3_628_800.0,
            1.0 / 362_880.0,
            1.0 / 40_320.0,
            1.0 / 5_040.0,
            1.0 / 720.0,
            1.0 / 120.0,
            1.0 / 24.0,
            1.0 / 6.0,
            0.5,
            1.0,
            1.0,
        ],
    );
    // the low bits of `shifted` are n: onto the exponent with them
    let scaled = f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52));
    if x.is_nan() { x } else { scaled }
}

/// `log x` to about 1e-13, of a number that is 0, infinite, or of float32's range; of negative ones NaN.
#[inline(always)]
pub(crate) fn log64<const FMA: bool>(x: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    // exponent and mantissa, with the mantissa from √½ to √2
    let shifted = x.to_bits().wrapping_sub(SQRT_HALF);
    let mantissa = f64::from_bits((shifted & 0x000F_FFFF_FFFF_FFFF).wrapping_add(SQRT_HALF));
    // the exponent is 12 bits with a sign
    let exponent =
        f64::from_bits(0x4330_0000_0000_0000 | ((shifted >> 52) ^ 0x800)) - (4_503_599_627_370_496.0 + 2_048.0);
    let f = mantissa - 1.0;
    let s = f / (mantissa + 1.0);
    let z = s * s;
    let p = horner64::<FMA, 8>(
        z,
        [2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0, 2.0 / 11.0, 2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0],
    );
    let log = fma64::<FMA>(p * z, s, s + s);
    let log = fma64::<FMA>(exponent, std::f64::consts::LN_2, log);
    let log = if x == 0.0 { f64::NEG_INFINITY } else { log };
    let log = if x == f64::INFINITY { x } else { log };
    if x >= 0.0 { log } else { f64::NAN }
}

/// `eˣ - 1`, a series where the difference would cancel.
#[inline(always)]
pub(crate) fn expm1<const FMA: bool>(x: f64) -> f64 {
    let near = x + x * x * (0.5 + x * (1.0 / 6.0));
    if x.abs() < 1e-4 { near } else { exp64::<FMA>(x) - 1.0 }
}

/// `aᵇ` as in JavaScript: NaN to the power of 0 is 1, ±1 to an infinite power NaN.
#[inline(always)]
pub(crate) fn pow<const FMA: bool>(a: f32, b: f32) -> f32 {
    // adding it rounds to an integer
    const TO_INTEGER: f64 = 6_755_399_441_055_744.0;
    let y = f64::from(b);
    let power = exp64::<FMA>(y * log64::<FMA>(f64::from(a.abs()))) as f32;
    // beyond 2²⁴, all float32 are even
    let large = y.abs() >= 16_777_216.0;
    let is_integer = large | ((y + TO_INTEGER) - TO_INTEGER == y);
    let is_odd = !large & is_integer & ((y * 0.5 + TO_INTEGER) - TO_INTEGER != y * 0.5);
    let signed = if is_odd { power.copysign(a) } else { power };
    let defined = if (a < 0.0) & (a > f32::NEG_INFINITY) & !is_integer { f32::NAN } else { signed };
    if b == 0.0 { 1.0 } else { defined }
}

/// Beyond it, [`sin_cos`] loses digits.
pub(crate) const SIN_COS_BOUND: f32 = 5.0e8;

/// `sin (x + quarters · π/2)` to about 1e-11: the remainder after quarter turns, with π/2 in three parts of which the first two
/// have 23 bits.
#[inline(always)]
pub(crate) fn sin_cos<const FMA: bool>(x: f64, quarters: u64) -> f64 {
    const TO_INTEGER: f64 = 6_755_399_441_055_744.0;
    let shifted = x * std::f64::consts::FRAC_2_PI + TO_INTEGER;
    let n = shifted - TO_INTEGER;
    let r = ((x - n * PI_HALF[0]) - n * PI_HALF[1]) - n * PI_HALF[2];
    let z = r * r;
    let sin =
        horner64::<FMA, 6>(z, [-1.0 / 39_916_800.0, 1.0 / 362_880.0, -1.0 / 5_040.0, 1.0 / 120.0, -1.0 / 6.0, 1.0]);
    let cos = horner64::<FMA, 7>(
        z,
        [1.0 / 479_001_600.0, -1.0 / 3_628_800.0, 1.0 / 40_320.0, -1.0 / 720.0, 1.0 / 24.0, -0.5, 1.0],
    );
    let quadrant = shifted.to_bits().wrapping_add(quarters);
    let value = if quadrant & 1 == 0 { sin * r } else { cos };
    f64::from_bits(value.to_bits() ^ ((quadrant & 2) << 62))
}

const PI_HALF: [f64; 3] = [1.570796251296997, 7.549789415861596e-08, 5.390302858158119e-15];
