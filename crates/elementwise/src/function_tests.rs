//! Every function of every dtype, on every tier of the machine, against float64.

use capas_runtime::codes::*;

use crate::function::{Compute, arity, compute, repair_lanes, result_dtype, run_lanes, takes};
use crate::lane::to_int32;
use crate::scalar::evaluate;
use crate::tier::Tier;

/// Relative error of what is not exact; results below the smallest normal number may be 0.
const TOLERANCE: f64 = 2e-7;

#[test]
fn every_function_is_that_of_float64() {
    let mut kernels = 0;
    for tier in Tier::available() {
        for (function, dtype) in functions() {
            let compute = compute(tier, function, dtype);
            kernels += usize::from(matches!(compute, Compute::Vector(_)));
            let args = arguments(function, dtype);
            let mut dst = vec![0; args[0].len()];
            run(compute, &mut dst, [&args[0], &args[1], &args[2]]);
            for (i, bits) in dst.iter().enumerate() {
                let given = [0, 1, 2].map(|arg| args[arg].get(i).map_or(0.0, |bits| value(*bits, dtype)));
                let condition = args[0].get(i).map_or(0.0, |bits| value(*bits, DTYPE_INT32));
                let first = if function == FN_SELECT { condition } else { given[0] };
                let expected = evaluate(function, first, given[1], given[2]);
                let result = result_dtype(function, dtype);
                assert!(
                    agrees(*bits, expected, result, function),
                    "{tier:?} function {function} dtype {dtype} of {given:?}: expected {expected}, received {}",
                    value(*bits, result)
                );
            }
        }
    }
    assert!(kernels > 80, "only {kernels} kernels");
}

#[test]
fn the_reference_is_that_of_the_program() {
    let third = |function, a, b| evaluate(function, a, b, 0.0);
    assert_eq!(third(FN_MOD, -7.0, 3.0), 2.0);
    assert_eq!(third(FN_MOD, 7.0, -3.0), -2.0);
    assert_eq!(third(FN_ROUND, 2.5, 0.0), 2.0);
    assert_eq!(third(FN_ROUND, -3.5, 0.0), -4.0);
    assert!(third(FN_MAX, f64::NAN, 1.0).is_nan());
    assert!(third(FN_MIN, 1.0, f64::NAN).is_nan());
    assert!(third(FN_RELU, -0.0, 0.0).is_sign_positive());
    assert_eq!(third(FN_SIGN, f64::NAN, 0.0), 0.0);
    assert!(third(FN_POW, 1.0, f64::INFINITY).is_nan());
    assert_eq!(third(FN_LEAKY_RELU, -2.0, 0.25), -0.5);
    assert_eq!(evaluate(FN_CLIP, 9.0, 1.0, 3.0), 3.0);
    assert!((third(FN_ERF, 1.0, 0.0) - 0.842_700_8).abs() < 2e-7);
    assert_eq!(third(FN_BIT_NOT, 5.0, 0.0), -6.0);
    assert_eq!(third(FN_SHIFT_LEFT, 3.0, 33.0), 6.0);
    assert_eq!([4294967297.0, -1.5, f64::NAN, 1e300].map(to_int32), [1, -1, 0, 0]);
}

#[test]
fn powers_are_good_where_small_errors_grow() {
    for tier in Tier::available() {
        let compute = compute(tier, FN_POW, DTYPE_FLOAT32);
        let a = [0.999f32, 0.9, 0.9999].map(f32::to_bits);
        let b = [1000.0f32, 100.0, 60_000.0].map(f32::to_bits);
        let mut dst = [0; 3];
        run(compute, &mut dst, [&a, &b, &[]]);
        for i in 0..3 {
            let expected = value(a[i], DTYPE_FLOAT32).powf(value(b[i], DTYPE_FLOAT32));
            assert!((value(dst[i], DTYPE_FLOAT32) / expected - 1.0).abs() < 1e-7);
        }
    }
}

fn run(compute: Compute, dst: &mut [u32], [a, b, c]: [&[u32]; 3]) {
    match compute {
        // SAFETY: the machine has the tier
        Compute::Vector(kernel) => unsafe { kernel(dst, a, b, c) },
        Compute::Guarded(kernel, function) => {
            // SAFETY: as above
            unsafe { kernel(dst, a, b, c) };
            repair_lanes(function, dst, a);
        }
        Compute::Scalar(function, dtype) => run_lanes(function, dtype, dst, [a, b, c]),
        Compute::Pair(..) | Compute::Fused(_) => unreachable!("no single function"),
    }
}

fn functions() -> impl Iterator<Item = (i32, i32)> {
    let all = (FN_ADD..=FN_SHIFT_RIGHT).flat_map(|function| (0..=DTYPE_UINT8).map(move |dtype| (function, dtype)));
    all.filter(|(function, dtype)| takes(*function, *dtype))
}

/// Lanes for each argument, all edges with all edges, then random ones.
fn arguments(function: i32, dtype: i32) -> [Vec<u32>; 3] {
    let arity = arity(function).expect("a known function");
    let edges = edges(dtype);
    let n = edges.len();
    let random = if arity == 1 { 200_000 } else { 50_000 };
    let mut state = 7;
    let mut lanes = |arg: usize| -> Vec<u32> {
        if arg >= arity {
            return vec![];
        }
        let paired = (0..n * n).map(|i| edges[if arg == 1 { i / n } else { (i + i / n * arg) % n }]);
        paired.chain((0..random).map(|_| random_lane(dtype, &mut state))).collect()
    };
    let mut all = [lanes(0), lanes(1), lanes(2)];
    if function == FN_SELECT {
        all[0].iter_mut().for_each(|lane| *lane &= 1);
    }
    all
}

fn edges(dtype: i32) -> Vec<u32> {
    let floats = [
        0.0,
        1.0,
        0.5,
        1.5,
        2.0,
        2.5,
        3.0,
        6.0,
        7.5,
        0.624,
        0.626,
        1e-3,
        1e-5,
        1.1e-4,
        9e-5,
        1e-8,
        1e-20,
        1e-40,
        10.0,
        13.9,
        13.95,
        16.0,
        88.0,
        88.7,
        88.8,
        89.5,
        103.9,
        104.5,
        300.0,
        1e4,
        1e5,
        1e9,
        2147483648.0,
        4294967296.0,
        1e10,
        1e20,
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::INFINITY,
        f32::NAN,
        f32::EPSILON,
        0.99999994,
        1.0000001,
        16777216.0,
        16777215.0,
    ];
    match dtype {
        DTYPE_FLOAT32 => floats.iter().flat_map(|x: &f32| [x.to_bits(), (-x).to_bits()]).collect(),
        DTYPE_INT32 => [0, 1, -1, 2, 3, -7, 31, 32, 100, i32::MAX, i32::MIN, 65536, -65537].map(|x| x as u32).to_vec(),
        DTYPE_BOOL => vec![0, 1],
        _ => (0..256).collect(),
    }
}

/// Of any size, and often of a usual one.
fn random_lane(dtype: i32, state: &mut u64) -> u32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let bits = (*state >> 32) as u32;
    match dtype {
        DTYPE_FLOAT32 if *state & 0x3000_0000 != 0 => {
            (bits as i32 as f32 / 2f32.powi(31 - (bits % 7) as i32)).to_bits()
        }
        DTYPE_FLOAT32 => bits,
        DTYPE_INT32 if bits & 1 == 0 => bits,
        DTYPE_INT32 => bits % 2000,
        DTYPE_BOOL => bits & 1,
        _ => bits & 0xFF,
    }
}

fn value(bits: u32, dtype: i32) -> f64 {
    if dtype == DTYPE_FLOAT32 { f64::from(f32::from_bits(bits)) } else { f64::from(bits as i32) }
}

fn agrees(bits: u32, expected: f64, dtype: i32, function: i32) -> bool {
    if dtype == DTYPE_BOOL {
        return bits == u32::from(expected != 0.0);
    }
    if dtype != DTYPE_FLOAT32 {
        return bits as i32 == to_int32(expected);
    }
    let (received, rounded) = (f32::from_bits(bits), expected as f32);
    if received == rounded || (received.is_nan() && rounded.is_nan()) {
        return true;
    }
    let error = (f64::from(received) - expected).abs();
    // near 0, the reference is a small difference of float64
    let floor = match function {
        FN_ERF => 1e-12,
        FN_ELU | FN_SELU => 1e-15,
        _ => f64::from(f32::MIN_POSITIVE),
    };
    let is_exact = matches!(function, FN_ADD..=FN_DIV | FN_MAX..=FN_MIN | FN_SQUARED_DIFFERENCE..=FN_RECIPROCAL);
    received.is_finite() && !is_exact && (error <= floor || error <= TOLERANCE * expected.abs())
}

#[test]
fn shortcuts_have_the_same_bits() {
    // an infinite lane beside them takes all to the long way
    let a: Vec<u32> = (-86_000..86_000).map(|i| (i as f32 / 1000.0).to_bits()).collect();
    let magnitudes: Vec<u32> = (0x0080_0000..0x7F80_0000).step_by(9973).collect();
    for (tier, function, lanes) in
        Tier::available().flat_map(|tier| [(tier, FN_EXP, &a), (tier, FN_SIGMOID, &a), (tier, FN_LOG, &magnitudes)])
    {
        let [mut short, mut long] = [vec![0; lanes.len()], vec![0; lanes.len() + 1]];
        run(compute(tier, function, DTYPE_FLOAT32), &mut short, [lanes, &[], &[]]);
        let more = [&lanes[..], &[f32::INFINITY.to_bits()]].concat();
        run(compute(tier, function, DTYPE_FLOAT32), &mut long, [&more, &[], &[]]);
        assert_eq!(short[..], long[..lanes.len()], "{tier:?} function {function}");
    }
}
