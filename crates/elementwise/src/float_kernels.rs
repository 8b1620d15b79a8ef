//! The kernels of float32 arguments.

use crate::kernel::kernels;
use crate::math::{
    EXP_BOUND, exp_within, exp32, exp64, expm1, expm1_32, fma64, is_ordinary, log_ordinary, log1p32, log32, pow,
    sigmoid32, sin_cos, softplus32, tanh32,
};
use crate::scalar::{ERF, ERF_P, SELU_SCALE, SELU_SCALE_ALPHA};

kernels! {
    /// The kernel of a function of float32, if there is one that is worth it.
    fn float_kernel;
    checked {
        FN_EXP: f32 => f32, |a| exp32::<FMA>(a), if a.abs() < EXP_BOUND => exp_within::<FMA>(a);
        FN_LOG: f32 => f32, |a| log32::<FMA>(a), if is_ordinary(a) => log_ordinary::<FMA>(a);
        FN_SIGMOID: f32 => f32, |a| sigmoid32::<FMA>(a), if a.abs() < EXP_BOUND => 1.0 / (1.0 + exp_within::<FMA>(-a));
    }
    unary {
        FN_NEG: f32 => f32, |a| -a;
        FN_ABS: f32 => f32, |a| a.abs();
        FN_SIGN: f32 => f32, |a| if a > 0.0 { 1.0 } else if a < 0.0 { -1.0 } else { 0.0 };
        FN_SQUARE: f32 => f32, |a| a * a;
        FN_SQRT: f32 => f32, |a| a.sqrt();
        FN_RSQRT: f32 => f32, |a| (1.0 / f64::from(a).sqrt()) as f32;
        FN_RECIPROCAL: f32 => f32, |a| 1.0 / a;
        FN_EXPM1: f32 => f32, |a| expm1_32::<FMA>(a);
        FN_LOG1P: f32 => f32, |a| log1p32::<FMA>(a);
        FN_SIN: f32 => f32, |a| sin_cos::<FMA>(f64::from(a), 0) as f32;
        FN_COS: f32 => f32, |a| sin_cos::<FMA>(f64::from(a), 1) as f32;
        FN_SINH: f32 => f32, |a| {
            let e = expm1::<FMA>(f64::from(a.abs()));
            let sinh = 0.5 * (e + e / (e + 1.0));
            (if a.is_infinite() { f64::INFINITY } else { sinh } as f32).copysign(a)
        };
        FN_COSH: f32 => f32, |a| {
            let e = exp64::<FMA>(f64::from(a.abs()));
            (0.5 * (e + 1.0 / e)) as f32
        };
        FN_TANH: f32 => f32, |a| tanh32::<FMA>(a);
        FN_ERF: f32 => f32, |a| {
            let x = f64::from(a.abs());
            let t = 1.0 / fma64::<FMA>(ERF_P, x, 1.0);
            let mut sum = ERF[0];
            for c in &ERF[1..] {
                sum = fma64::<FMA>(sum, t, *c);
            }
            let erf = (1.0 - sum * t * exp64::<FMA>(-x * x)) as f32;
            if a == 0.0 { 0.0 } else { erf.copysign(a) }
        };
        FN_FLOOR: f32 => f32, |a| a.floor();
        FN_CEIL: f32 => f32, |a| a.ceil();
        FN_ROUND: f32 => f32, |a| a.round_ties_even();
        FN_SOFTPLUS: f32 => f32, |a| softplus32::<FMA>(a);
        FN_ELU: f32 => f32, |a| {
            let below = expm1_32::<FMA>(a);
            if a >= 0.0 { a } else { below }
        };
        FN_SELU: f32 => f32, |a| {
            let x = f64::from(a);
            let below = SELU_SCALE_ALPHA * expm1::<FMA>(x);
            (if x >= 0.0 { SELU_SCALE * x } else { below }) as f32
        };
        FN_RELU: f32 => f32, |a| if a <= 0.0 { 0.0 } else { a };
        FN_RELU6: f32 => f32, |a| {
            let below = if a > 6.0 { 6.0 } else { a };
            if a <= 0.0 { 0.0 } else { below }
        };
        FN_IS_NAN: f32 => i32, |a| i32::from(a.is_nan());
        FN_IS_INF: f32 => i32, |a| i32::from(a.abs() == f32::INFINITY);
        FN_IS_FINITE: f32 => i32, |a| i32::from(a.abs() < f32::INFINITY);
        FN_BOOL: f32 => i32, |a| i32::from(a != 0.0);
        FN_F32: f32 => f32, |a| a;
        FN_I32: f32 => i32, |a| a as i32;
    }
    binary {
        FN_ADD: f32 => f32, |a, b| a + b;
        FN_SUB: f32 => f32, |a, b| a - b;
        FN_MUL: f32 => f32, |a, b| a * b;
        FN_DIV: f32 => f32, |a, b| a / b;
        FN_POW: f32 => f32, |a, b| pow::<FMA>(a, b);
        // 0 is more than -0
        FN_MAX: f32 => f32, |a, b| {
            let equal = if a == b { f32::from_bits(a.to_bits() & b.to_bits()) } else { a + b };
            if a > b { a } else if a < b { b } else { equal }
        };
        FN_MIN: f32 => f32, |a, b| {
            let equal = if a == b { f32::from_bits(a.to_bits() | b.to_bits()) } else { a + b };
            if a < b { a } else if a > b { b } else { equal }
        };
        // rounded once, as the reference does
        FN_SQUARED_DIFFERENCE: f32 => f32, |a, b| {
            let difference = f64::from(a) - f64::from(b);
            (difference * difference) as f32
        };
        FN_LEAKY_RELU: f32 => f32, |a, b| if a < 0.0 { b * a } else { a };
        FN_STEP: f32 => f32, |a, b| if a > 0.0 { 1.0 } else if a <= 0.0 { b } else { a };
        FN_EQ: f32 => i32, |a, b| i32::from(a == b);
        FN_NE: f32 => i32, |a, b| i32::from(a != b);
        FN_LT: f32 => i32, |a, b| i32::from(a < b);
        FN_LE: f32 => i32, |a, b| i32::from(a <= b);
        FN_GT: f32 => i32, |a, b| i32::from(a > b);
        FN_GE: f32 => i32, |a, b| i32::from(a >= b);
    }
    ternary {
        FN_CLIP: f32, f32, |a, b, c| if a > c { c } else if a < b { b } else { a };
    }
}
