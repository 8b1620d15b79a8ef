//! What the functions of the stream take and give, and how each is computed.

use capas_runtime::codes::*;

use crate::float_kernels::float_kernel;
use crate::fused::FusedKernel;
use crate::int_kernels::{bool_kernel, byte_kernel, int_kernel, select_kernel};
use crate::kernel::Kernel;
use crate::lane::to_int32;
use crate::math::SIN_COS_BOUND;
use crate::scalar::evaluate;
use crate::tier::Tier;

/// How a step computes its lanes.
#[derive(Clone, Copy)]
pub(crate) enum Compute {
    Vector(Kernel),
    /// As a vector, with the result apart from the arguments, or in place of the first.
    Pair(Kernel, Kernel),
    /// One lane at a time in float64: function and dtype of the arguments.
    Scalar(i32, i32),
    /// As a vector, but with what is beyond the bound of sines and cosines one lane at a time: integers end behind it, too.
    Guarded(Kernel, i32),
    /// Several steps at once.
    Fused(FusedKernel),
}

/// The number of arguments of a function; `None` if there is no such function. `constant` has none.
pub(crate) fn arity(function: i32) -> Option<usize> {
    match function {
        FN_CONSTANT => Some(0),
        FN_ADD..=FN_SQUARED_DIFFERENCE | FN_LEAKY_RELU | FN_STEP => Some(2),
        FN_EQ..=FN_XOR | FN_BIT_AND..=FN_BIT_XOR | FN_SHIFT_LEFT | FN_SHIFT_RIGHT => Some(2),
        FN_CLIP | FN_SELECT => Some(3),
        FN_NEG..=FN_SHIFT_RIGHT => Some(1),
        _ => None,
    }
}

/// Whether the function takes arguments of the dtype.
pub(crate) fn takes(function: i32, dtype: i32) -> bool {
    match function {
        FN_CONSTANT | FN_SELECT | FN_F32 | FN_I32 | FN_BOOL => (DTYPE_FLOAT32..=DTYPE_UINT8).contains(&dtype),
        FN_AND..=FN_NOT => dtype == DTYPE_BOOL,
        FN_BIT_AND..=FN_SHIFT_RIGHT => dtype == DTYPE_INT32,
        _ => (DTYPE_FLOAT32..=DTYPE_BOOL).contains(&dtype),
    }
}

/// The dtype of the result for arguments of a dtype.
pub(crate) fn result_dtype(function: i32, dtype: i32) -> i32 {
    match function {
        FN_EXP | FN_LEAKY_RELU | FN_F32 => DTYPE_FLOAT32,
        FN_FLOOR_DIV | FN_I32 => DTYPE_INT32,
        FN_IS_NAN..=FN_GE | FN_BOOL => DTYPE_BOOL,
        _ => dtype,
    }
}

/// The fastest way to compute a function on a machine with this tier.
pub(crate) fn compute(tier: Tier, function: i32, dtype: i32) -> Compute {
    let kernel = match (function, dtype) {
        (FN_SELECT, _) => select_kernel(tier, function),
        (_, DTYPE_FLOAT32) => float_kernel(tier, function),
        (_, DTYPE_INT32) => int_kernel(tier, function),
        (_, DTYPE_BOOL) => bool_kernel(tier, function),
        _ => byte_kernel(tier, function),
    };
    match kernel {
        Some(kernel) if dtype == DTYPE_FLOAT32 && matches!(function, FN_SIN | FN_COS | FN_I32) => {
            Compute::Guarded(kernel, function)
        }
        Some(kernel) => Compute::Vector(kernel),
        None => Compute::Scalar(function, dtype),
    }
}

/// Computes a function of float32 again, where its argument is beyond the bound of sines and cosines.
pub(crate) fn repair_lanes(function: i32, dst: &mut [u32], a: &[u32]) {
    let is_beyond = |bits: u32| f32::from_bits(bits).abs() > SIN_COS_BOUND;
    if !a.iter().fold(false, |found, bits| found | is_beyond(*bits)) {
        return;
    }
    for (dst, a) in dst.iter_mut().zip(a).filter(|(_, a)| is_beyond(**a)) {
        run_lanes(function, DTYPE_FLOAT32, std::slice::from_mut(dst), [&[*a], &[], &[]]);
    }
}

/// Computes the lanes of `dst` one at a time.
pub(crate) fn run_lanes(function: i32, dtype: i32, dst: &mut [u32], args: [&[u32]; 3]) {
    let result = result_dtype(function, dtype);
    let at = |arg: &[u32], i: usize| arg.get(i).map_or(0.0, |bits| widen(*bits, dtype));
    for (i, dst) in dst.iter_mut().enumerate() {
        *dst = narrow(evaluate(function, at(args[0], i), at(args[1], i), at(args[2], i)), result);
    }
}

fn widen(bits: u32, dtype: i32) -> f64 {
    if dtype == DTYPE_FLOAT32 { f64::from(f32::from_bits(bits)) } else { f64::from(bits as i32) }
}

/// The lane of a result: float32 to the nearest, int32 towards zero and modulo 2³², bool whether it is not 0.
fn narrow(value: f64, dtype: i32) -> u32 {
    match dtype {
        DTYPE_FLOAT32 => (value as f32).to_bits(),
        DTYPE_BOOL => u32::from(value != 0.0),
        _ => to_int32(value) as u32,
    }
}
