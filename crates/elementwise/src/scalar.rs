//! Every function for one element in float64: what is rare is computed with these, and the rest is tested against them.

use capas_runtime::codes::*;

use crate::lane::to_int32;

/// The result in float64 of arguments that are exact in their dtype; as `scalar-functions.ts` defines it.
pub(crate) fn evaluate(function: i32, a: f64, b: f64, c: f64) -> f64 {
    match function {
        FN_ADD => a + b,
        FN_SUB => a - b,
        FN_MUL => a * b,
        FN_DIV => a / b,
        FN_FLOOR_DIV => (a / b).floor(),
        FN_MOD => modulo(a, b),
        FN_POW => pow(a, b),
        FN_MAX => maximum(a, b),
        FN_MIN => -maximum(-a, -b),
        FN_ATAN2 => a.atan2(b),
        FN_SQUARED_DIFFERENCE => (a - b) * (a - b),
        FN_LEAKY_RELU => {
            if a < 0.0 {
                b * a
            } else {
                a
            }
        }
        FN_STEP => {
            if a.is_nan() {
                a
            } else if a > 0.0 {
                1.0
            } else {
                b
            }
        }
        FN_CLIP => {
            if a > c {
                c
            } else if a < b {
                b
            } else {
                a
            }
        }
        FN_EQ => truth(a == b),
        FN_NE => truth(a != b),
        FN_LT => truth(a < b),
        FN_LE => truth(a <= b),
        FN_GT => truth(a > b),
        FN_GE => truth(a >= b),
        FN_AND | FN_BIT_AND => f64::from(to_int32(a) & to_int32(b)),
        FN_OR | FN_BIT_OR => f64::from(to_int32(a) | to_int32(b)),
        FN_XOR | FN_BIT_XOR => f64::from(to_int32(a) ^ to_int32(b)),
        FN_SHIFT_LEFT => f64::from(to_int32(a).wrapping_shl(to_int32(b) as u32)),
        FN_SHIFT_RIGHT => f64::from(to_int32(a).wrapping_shr(to_int32(b) as u32)),
        FN_SELECT => {
            if a != 0.0 {
                b
            } else {
                c
            }
        }
        _ => unary(function, a),
    }
}

fn unary(function: i32, a: f64) -> f64 {
    match function {
        FN_NEG => -a,
        FN_ABS => a.abs(),
        FN_SIGN => truth(a > 0.0) - truth(a < 0.0),
        FN_SQUARE => a * a,
        FN_SQRT => a.sqrt(),
        FN_RSQRT => 1.0 / a.sqrt(),
        FN_RECIPROCAL => 1.0 / a,
        FN_EXP => a.exp(),
        FN_EXPM1 => a.exp_m1(),
        FN_LOG => a.ln(),
        FN_LOG1P => a.ln_1p(),
        FN_SIN => a.sin(),
        FN_COS => a.cos(),
        FN_TAN => a.tan(),
        FN_ASIN => a.asin(),
        FN_ACOS => a.acos(),
        FN_ATAN => a.atan(),
        FN_SINH => a.sinh(),
        FN_COSH => a.cosh(),
        FN_TANH => a.tanh(),
        FN_ASINH => a.asinh(),
        FN_ACOSH => a.acosh(),
        FN_ATANH => a.atanh(),
        FN_ERF => erf(a),
        FN_FLOOR => a.floor(),
        FN_CEIL => a.ceil(),
        FN_ROUND => a.round_ties_even(),
        FN_SIGMOID => 1.0 / (1.0 + (-a).exp()),
        FN_SOFTPLUS => softplus(a),
        FN_ELU => {
            if a >= 0.0 {
                a
            } else {
                a.exp() - 1.0
            }
        }
        FN_SELU => {
            if a >= 0.0 {
                SELU_SCALE * a
            } else {
                SELU_SCALE_ALPHA * (a.exp() - 1.0)
            }
        }
        FN_RELU => maximum(0.0, a),
        FN_RELU6 => -maximum(-maximum(0.0, a), -6.0),
        FN_IS_NAN => truth(a.is_nan()),
        FN_IS_INF => truth(a.is_infinite()),
        FN_IS_FINITE => truth(a.is_finite()),
        FN_NOT => 1.0 - a,
        FN_BIT_NOT => f64::from(!to_int32(a)),
        // casts: who stores it rounds it
        _ => a,
    }
}

pub(crate) const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
pub(crate) const SELU_SCALE_ALPHA: f64 = 1.758_099_340_847_376_8;
/// Beyond ±13.9, `log(1 + exp(a))` is `a` or `exp(a)` to the precision of float32.
pub(crate) const SOFTPLUS_BOUND: f64 = 13.942_385_152_878_742;

fn truth(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

/// NaN if one of them is; 0 is more than -0.
fn maximum(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == b {
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

/// The sign is that of the divisor.
fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    let same_sign = (a < 0.0 && b < 0.0) || (a >= 0.0 && b >= 0.0);
    if same_sign { rest } else { (rest + b) % b }
}

/// As in JavaScript: a NaN exponent gives NaN, and so does ±1 to an infinite one.
fn pow(a: f64, b: f64) -> f64 {
    if b.is_nan() || (b.is_infinite() && a.abs() == 1.0) { f64::NAN } else { a.powf(b) }
}

fn softplus(a: f64) -> f64 {
    if a < -SOFTPLUS_BOUND {
        a.exp()
    } else if a > SOFTPLUS_BOUND {
        a
    } else {
        (1.0 + a.exp()).ln()
    }
}

/// @see Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26; the error is up to 1.5e-7.
fn erf(a: f64) -> f64 {
    let x = a.abs();
    let t = 1.0 / (1.0 + ERF_P * x);
    let sum = ERF.iter().fold(0.0, |sum, c| (sum + c) * t);
    let sign = if a.is_nan() { a } else { truth(a > 0.0) - truth(a < 0.0) };
    sign * (1.0 - sum * (-x * x).exp())
}

pub(crate) const ERF_P: f64 = 0.327_591_1;
pub(crate) const ERF: [f64; 5] = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
