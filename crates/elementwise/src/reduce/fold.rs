//! The kinds of reduction, each compiled for every tier.

use capas_runtime::DecodeError;
use capas_runtime::codes::*;

use crate::code::error;
use crate::lane::{Lane, to_int32};
use crate::tier::{Tier, per_tier};

/// How a kind of reduction works on elements of a dtype. What is accumulated stands as 64 bits.
#[derive(Clone, Copy)]
pub(crate) struct Fold {
    pub identity: u64,
    /// Takes each run of `length` lanes into one of `sums`.
    pub rows: unsafe fn(lanes: &[u32], length: usize, sums: &mut [u64]),
    /// Takes lane `i` into `sums[i % sums.len()]`.
    pub columns: unsafe fn(lanes: &[u32], sums: &mut [u64]),
    pub merge: fn(u64, u64) -> u64,
    /// The lane of a result, from what so many elements have been accumulated to.
    pub finish: fn(u64, usize) -> u32,
}

impl Fold {
    pub(crate) fn new(kind: i32, dtype: i32, tier: Tier) -> Result<Self, DecodeError> {
        let is_float = dtype == DTYPE_FLOAT32;
        match kind {
            REDUCE_SUM if is_float => Ok(Self::of::<Sum>(tier)),
            REDUCE_SUM => Ok(Self::of::<IntSum>(tier)),
            REDUCE_MEAN if is_float => Ok(Self::of::<Mean>(tier)),
            REDUCE_MAX if is_float => Ok(Self::of::<Max>(tier)),
            REDUCE_MIN if is_float => Ok(Self::of::<Min>(tier)),
            REDUCE_PROD if is_float => Ok(Self::of::<Product>(tier)),
            REDUCE_PROD => Ok(Self::of::<IntProduct>(tier)),
            REDUCE_MAX | REDUCE_ANY if !is_float => Ok(Self::of::<IntMax>(tier)),
            REDUCE_MIN | REDUCE_ALL if !is_float => Ok(Self::of::<IntMin>(tier)),
            _ => Err(error(format!("no reduction {kind} of dtype {dtype}"))),
        }
    }

    fn of<F: Kind>(tier: Tier) -> Self {
        Self {
            identity: F::IDENTITY.pack(),
            rows: rows::<F>(tier),
            columns: columns::<F>(tier),
            merge: |a, b| F::merge(F::Sum::unpack(a), F::Sum::unpack(b)).pack(),
            finish: |sum, count| F::finish(F::Sum::unpack(sum), count),
        }
    }
}

/// A kind of reduction: `step` is associative up to rounding.
trait Kind {
    type In: Lane;
    type Sum: Pack;
    const IDENTITY: Self::Sum;
    fn step(sum: Self::Sum, x: Self::In) -> Self::Sum;
    fn merge(a: Self::Sum, b: Self::Sum) -> Self::Sum;
    fn finish(sum: Self::Sum, count: usize) -> u32;
}

/// What stands as 64 bits.
trait Pack: Copy {
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
        struct $name;
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

/// Independent sums of a row, merged by halves at its end.
const WIDTH: usize = 32;

#[inline(always)]
fn rows_loop<F: Kind, const FMA: bool>(lanes: &[u32], length: usize, sums: &mut [u64]) {
    for (row, sum) in lanes.chunks_exact(length).zip(sums) {
        let total = if length < WIDTH { row_in_order::<F>(row) } else { row_in_lanes::<F>(row) };
        *sum = F::merge(F::Sum::unpack(*sum), total).pack();
    }
}

#[inline(always)]
fn row_in_order<F: Kind>(row: &[u32]) -> F::Sum {
    row.iter().fold(F::IDENTITY, |sum, x| F::step(sum, F::In::from_bits(*x)))
}

#[inline(always)]
fn row_in_lanes<F: Kind>(row: &[u32]) -> F::Sum {
    let mut sums = [F::IDENTITY; WIDTH];
    let (parts, rest) = row.as_chunks::<WIDTH>();
    for part in parts {
        for i in 0..WIDTH {
            sums[i] = F::step(sums[i], F::In::from_bits(part[i]));
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum = F::step(*sum, F::In::from_bits(*x));
    }
    let mut half = WIDTH / 2;
    while half > 0 {
        for i in 0..half {
            sums[i] = F::merge(sums[i], sums[i + half]);
        }
        half /= 2;
    }
    sums[0]
}

#[inline(always)]
fn columns_loop<F: Kind, const FMA: bool>(lanes: &[u32], sums: &mut [u64]) {
    let width = sums.len();
    let whole = lanes.len() / width;
    let (rows, rest) = lanes.split_at(whole * width);
    // without a whole row there is nothing but the rest
    let mut column = if whole == 0 { width } else { 0 };
    while column + WIDTH <= width {
        columns_tile::<F, WIDTH>(&rows[column..], width, whole, &mut sums[column..]);
        column += WIDTH;
    }
    if column + WIDTH / 2 <= width {
        columns_tile::<F, { WIDTH / 2 }>(&rows[column..], width, whole, &mut sums[column..]);
        column += WIDTH / 2;
    }
    while column < width {
        columns_tile::<F, 1>(&rows[column..], width, whole, &mut sums[column..]);
        column += 1;
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum = F::step(F::Sum::unpack(*sum), F::In::from_bits(*x)).pack();
    }
}

/// Some columns of all rows, with their sums in registers.
#[inline(always)]
fn columns_tile<F: Kind, const N: usize>(rows: &[u32], width: usize, count: usize, sums: &mut [u64]) {
    let mut tile: [F::Sum; N] = std::array::from_fn(|i| F::Sum::unpack(sums[i]));
    for row in 0..count {
        let Some(part) = rows[row * width..].first_chunk::<N>() else { return };
        for i in 0..N {
            tile[i] = F::step(tile[i], F::In::from_bits(part[i]));
        }
    }
    for i in 0..N {
        sums[i] = tile[i].pack();
    }
}

per_tier!(rows<F: Kind>, rows_loop, fn(lanes: &[u32], length: usize, sums: &mut [u64]));
per_tier!(columns<F: Kind>, columns_loop, fn(lanes: &[u32], sums: &mut [u64]));
