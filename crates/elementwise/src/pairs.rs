//! Pairs of steps as one: what stands between two layers, on the way there and back.

use capas_runtime::codes::{FN_ADD, FN_MUL, FN_RELU, FN_STEP};

use crate::function::Compute;
use crate::fused::{Pattern, Tree};
use crate::kernel::{Binary, Ternary, binary, binary_in_place, ternary, ternary_in_place};

/// `relu(a + b)`.
struct ReluOfSum;

impl Binary for ReluOfSum {
    type A = f32;
    type R = f32;
    #[inline(always)]
    fn of<const FMA: bool>(a: f32, b: f32) -> f32 {
        let sum = a + b;
        if sum <= 0.0 { 0.0 } else { sum }
    }
}

/// `a · step(b, c)`, the gradient of relu.
struct ProductWithStep;

impl Ternary for ProductWithStep {
    type A = f32;
    type B = f32;
    #[inline(always)]
    fn of<const FMA: bool>(a: f32, b: f32, c: f32) -> f32 {
        a * if b > 0.0 {
            1.0
        } else if b <= 0.0 {
            c
        } else {
            b
        }
    }
}

use Tree::{Arg, Call};

pub(crate) const PAIRS: &[Pattern] = &[
    Pattern {
        tree: Call(FN_RELU, &[Call(FN_ADD, &[Arg(0), Arg(1)])]),
        args: 2,
        outs: 1,
        compute: |tier| Compute::Pair(binary::<ReluOfSum>(tier), binary_in_place::<ReluOfSum>(tier)),
    },
    Pattern {
        tree: Call(FN_MUL, &[Arg(0), Call(FN_STEP, &[Arg(1), Arg(2)])]),
        args: 3,
        outs: 1,
        compute: |tier| Compute::Pair(ternary::<ProductWithStep>(tier), ternary_in_place::<ProductWithStep>(tier)),
    },
];
