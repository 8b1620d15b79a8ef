//! The loops of each kind of reduction.

use capas_runtime::DecodeError;
use capas_runtime::codes::*;

use crate::code::error;
use crate::reduce::kind::{IntMax, IntMin, IntProduct, IntSum, Kind, Max, Mean, Min, Pack, Product, Sum};
use crate::reduce::loops::{columns, finish, merge, rows};
use crate::tier::Tier;

/// How a kind of reduction works on elements of a dtype. What is accumulated stands as 64 bits.
#[derive(Clone, Copy)]
pub(crate) struct Fold {
    pub identity: u64,
    /// Takes each run of `length` lanes into one of `sums`.
    pub rows: unsafe fn(lanes: &[u32], length: usize, sums: &mut [u64]),
    /// Takes rows, `stride` lanes apart, into a sum for each column. If they lie one after another, the last may be a part.
    pub columns: unsafe fn(lanes: &[u32], stride: usize, sums: &mut [u64]),
    /// Takes more sums into the first ones.
    pub merge: unsafe fn(sums: &mut [u64], more: &[u64]),
    /// The lanes of results, from what so many elements have been accumulated to.
    pub finish: unsafe fn(sums: &[u64], count: usize, lanes: &mut [u32]),
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
            merge: merge::<F>(tier),
            finish: finish::<F>(tier),
        }
    }
}
