//! The kernels of int32, bool and uint8 arguments, and those that move lanes of any dtype.

use crate::kernel::kernels;

kernels! {
    /// The kernel of a function of int32, if there is one that is worth it.
    fn int_kernel;
    unary {
        FN_NEG: i32 => i32, |a| a.wrapping_neg();
        FN_ABS: i32 => i32, |a| a.wrapping_abs();
        FN_SIGN: i32 => i32, |a| i32::from(a > 0) - i32::from(a < 0);
        FN_RELU: i32 => i32, |a| a.max(0);
        FN_BIT_NOT: i32 => i32, |a| !a;
        FN_F32: i32 => f32, |a| a as f32;
        FN_BOOL: i32 => i32, |a| i32::from(a != 0);
        FN_I32: i32 => i32, |a| a;
    }
    binary {
        FN_ADD: i32 => i32, |a, b| a.wrapping_add(b);
        FN_SUB: i32 => i32, |a, b| a.wrapping_sub(b);
        // in float64, as the reference does
        FN_MUL: i32 => i32, |a, b| (f64::from(a) * f64::from(b)) as i64 as i32;
        FN_MAX: i32 => i32, |a, b| a.max(b);
        FN_MIN: i32 => i32, |a, b| a.min(b);
        FN_STEP: i32 => i32, |a, b| if a > 0 { 1 } else { b };
        FN_EQ: i32 => i32, |a, b| i32::from(a == b);
        FN_NE: i32 => i32, |a, b| i32::from(a != b);
        FN_LT: i32 => i32, |a, b| i32::from(a < b);
        FN_LE: i32 => i32, |a, b| i32::from(a <= b);
        FN_GT: i32 => i32, |a, b| i32::from(a > b);
        FN_GE: i32 => i32, |a, b| i32::from(a >= b);
        FN_BIT_AND: i32 => i32, |a, b| a & b;
        FN_BIT_OR: i32 => i32, |a, b| a | b;
        FN_BIT_XOR: i32 => i32, |a, b| a ^ b;
        FN_SHIFT_LEFT: i32 => i32, |a, b| a.wrapping_shl(b as u32);
        FN_SHIFT_RIGHT: i32 => i32, |a, b| a.wrapping_shr(b as u32);
    }
    ternary {
        FN_CLIP: i32, i32, |a, b, c| if a > c { c } else if a < b { b } else { a };
    }
}

kernels! {
    /// The kernel of a function of bool, if there is one that is worth it.
    fn bool_kernel;
    unary {
        FN_NOT: i32 => i32, |a| 1 - a;
        FN_F32: i32 => f32, |a| a as f32;
        FN_I32: i32 => i32, |a| a;
        FN_BOOL: i32 => i32, |a| a;
    }
    binary {
        FN_AND: i32 => i32, |a, b| a & b;
        FN_OR: i32 => i32, |a, b| a | b;
        FN_XOR: i32 => i32, |a, b| a ^ b;
        FN_MUL: i32 => i32, |a, b| a & b;
        FN_EQ: i32 => i32, |a, b| i32::from(a == b);
        FN_NE: i32 => i32, |a, b| i32::from(a != b);
        FN_MAX: i32 => i32, |a, b| a | b;
        FN_MIN: i32 => i32, |a, b| a & b;
    }
}

kernels! {
    /// The kernel of a function of uint8, which may only be cast.
    fn byte_kernel;
    unary {
        FN_F32: i32 => f32, |a| a as f32;
        FN_I32: i32 => i32, |a| a;
        FN_BOOL: i32 => i32, |a| i32::from(a != 0);
    }
}

kernels! {
    /// The kernel of `select`, which only moves lanes.
    fn select_kernel;
    ternary {
        FN_SELECT: i32, i32, |a, b, c| if a != 0 { b } else { c };
    }
}
