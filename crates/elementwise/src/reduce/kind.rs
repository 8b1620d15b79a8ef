//! The kinds of reduction.

use crate::lane::{Lane, to_int32};

/// A kind of reduction: `step` is associative up to rounding.
pub(super) trait Kind {
    type In: Lane;
    type Sum: Pack;
    const IDENTITY: Self::Sum;
    fn step(sum: Self::Sum, x: Self::In) -> Self::Sum;
    fn merge(a: Self::Sum, b: Self::Sum) -> Self::Sum;
    fn finish(sum: Self::Sum, count: usize) -> u32;
}

/// What stands as 64 bits.
pub(super) trait Pack: Copy {
    fn pack(self) -> u64;
    fn unpack(bits: u64) -> Self;
}

macro_rules! pack {
    ($type:ty, |$x:ident| $pack:expr, |$bits:ident| $unpack:expr) => {
        impl Pack for $type {
            #[inline(always)]
            fn pack(self) -> u64 {
                let $x = self;
                $pack
            }
            #[inline(always)]
            fn unpack($bits: u64) -> Self {
                $unpack
            }
        }
    };
}

pack!(f64, |x| x.to_bits(), |bits| f64::from_bits(bits));
pack!(f32, |x| u64::from(x.to_bits()), |bits| f32::from_bits(bits as u32));
pack!(i64, |x| x as u64, |bits| bits as i64);
pack!(i32, |x| u64::from(x as u32), |bits| bits as i32);

macro_rules! kind {
    ($name:ident: $in:ty => $sum:ty, $identity:expr, |$s:ident, $x:ident| $step:expr, |$a:ident, $b:ident| $merge:expr,
        |$end:ident, $count:ident| $finish:expr) => {
        pub(super) struct $name;
        impl Kind for $name {
            type In = $in;
            type Sum = $sum;
            const IDENTITY: $sum = $identity;
            #[inline(always)]
            fn step($s: $sum, $x: $in) -> $sum {
                $step
            }
            #[inline(always)]
            fn merge($a: $sum, $b: $sum) -> $sum {
                $merge
            }
            #[inline(always)]
            fn finish($end: $sum, $count: usize) -> u32 {
                $finish
            }
        }
    };
}

kind!(Sum: f32 => f64, 0.0, |s, x| s + f64::from(x), |a, b| a + b, |s, _n| (s as f32).to_bits());
kind!(Mean: f32 => f64, 0.0, |s, x| s + f64::from(x), |a, b| a + b, |s, n| ((s / n as f64) as f32).to_bits());
kind!(Product: f32 => f64, 1.0, |s, x| s * f64::from(x), |a, b| a * b, |s, _n| (s as f32).to_bits());
kind!(IntSum: i32 => i64, 0, |s, x| s.wrapping_add(i64::from(x)), |a, b| a.wrapping_add(b), |s, _n| s as u32);
kind!(IntProduct: i32 => f64, 1.0, |s, x| s * f64::from(x), |a, b| a * b, |s, _n| to_int32(s) as u32);
kind!(IntMax: i32 => i32, i32::MIN, |s, x| s.max(x), |a, b| a.max(b), |s, _n| s as u32);
kind!(IntMin: i32 => i32, i32::MAX, |s, x| s.min(x), |a, b| a.min(b), |s, _n| s as u32);
// once NaN, they stay NaN
kind!(Max: f32 => f32, f32::NEG_INFINITY, |s, x| if (x > s) | x.is_nan() { x } else { s },
    |a, b| if (b > a) | b.is_nan() { b } else { a }, |s, _n| s.to_bits());
kind!(Min: f32 => f32, f32::INFINITY, |s, x| if (x < s) | x.is_nan() { x } else { s },
    |a, b| if (b < a) | b.is_nan() { b } else { a }, |s, _n| s.to_bits());
