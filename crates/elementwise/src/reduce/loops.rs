//! The loops of reductions.

use super::kind::{Kind, Pack};
use crate::lane::Lane;
use crate::tier::per_tier;

#[inline(always)]
fn rows_loop<F: Kind, const FMA: bool>(lanes: &[u32], length: usize, sums: &mut [u64]) {
    for (row, sum) in lanes.chunks_exact(length).zip(sums) {
        let total = match length {
            0..16 => row.iter().fold(F::IDENTITY, |sum, x| F::step(sum, F::In::from_bits(*x))),
            16..256 => row_in_lanes::<F, 8>(row),
            _ => row_in_lanes::<F, 32>(row),
        };
        *sum = F::merge(F::Sum::unpack(*sum), total).pack();
    }
}

/// Independent sums of a row, merged by halves at its end.
#[inline(always)]
fn row_in_lanes<F: Kind, const N: usize>(row: &[u32]) -> F::Sum {
    let mut sums = [F::IDENTITY; N];
    let (parts, rest) = row.as_chunks::<N>();
    for part in parts {
        for i in 0..N {
            sums[i] = F::step(sums[i], F::In::from_bits(part[i]));
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum = F::step(*sum, F::In::from_bits(*x));
    }
    let mut half = N / 2;
    while half > 0 {
        for i in 0..half {
            sums[i] = F::merge(sums[i], sums[i + half]);
        }
        half /= 2;
    }
    sums[0]
}

#[inline(always)]
fn columns_loop<F: Kind, const FMA: bool>(lanes: &[u32], stride: usize, sums: &mut [u64]) {
    let width = sums.len();
    let count = (lanes.len() + stride - width) / stride;
    let mut column = 0;
    while column + 32 <= width {
        columns_tile::<F, 32>(lanes, column, stride, count, sums);
        column += 32;
    }
    if column + 16 <= width {
        columns_tile::<F, 16>(lanes, column, stride, count, sums);
        column += 16;
    }
    while column < width {
        columns_tile::<F, 1>(lanes, column, stride, count, sums);
        column += 1;
    }
    let rest = lanes.get(count * stride..).unwrap_or(&[]);
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum = F::step(F::Sum::unpack(*sum), F::In::from_bits(*x)).pack();
    }
}

/// Some columns of all rows, with their sums in registers.
#[inline(always)]
fn columns_tile<F: Kind, const N: usize>(lanes: &[u32], column: usize, stride: usize, count: usize, sums: &mut [u64]) {
    let Some(sums) = sums[column..].first_chunk_mut::<N>() else { return };
    // `map` of arrays is called for each
    let mut tile = [F::IDENTITY; N];
    for i in 0..N {
        tile[i] = F::Sum::unpack(sums[i]);
    }
    for row in 0..count {
        let Some(part) = lanes[row * stride + column..].first_chunk::<N>() else { return };
        for i in 0..N {
            tile[i] = F::step(tile[i], F::In::from_bits(part[i]));
        }
    }
    for i in 0..N {
        sums[i] = tile[i].pack();
    }
}

#[inline(always)]
fn merge_loop<F: Kind, const FMA: bool>(sums: &mut [u64], more: &[u64]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum = F::merge(F::Sum::unpack(*sum), F::Sum::unpack(*more)).pack();
    }
}

#[inline(always)]
fn finish_loop<F: Kind, const FMA: bool>(sums: &[u64], count: usize, lanes: &mut [u32]) {
    for (sum, lane) in sums.iter().zip(lanes) {
        *lane = F::finish(F::Sum::unpack(*sum), count);
    }
}

per_tier!(pub(super) rows<F: Kind>, rows_loop, fn(lanes: &[u32], length: usize, sums: &mut [u64]));
per_tier!(pub(super) columns<F: Kind>, columns_loop, fn(lanes: &[u32], stride: usize, sums: &mut [u64]));
per_tier!(pub(super) merge<F: Kind>, merge_loop, fn(sums: &mut [u64], more: &[u64]));
per_tier!(pub(super) finish<F: Kind>, finish_loop, fn(sums: &[u64], count: usize, lanes: &mut [u32]));
