use std::ops::Range;

use capas_runtime::Worker;

use crate::tier::for_each_tier;

/// What a thread owns of an array `[rows, columns]` that rows are added into: wide rows are cut into columns, so that each
/// thread goes through all additions, as many as the others; of narrow ones each thread has some. In both cases an element
/// receives its additions in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub rows: Range<usize>,
    pub columns: Range<usize>,
}

/// Columns are cut at lines of the cache, so that threads do not share one.
const LINE: usize = 16;

impl Part {
    pub fn of(worker: &Worker, rows: usize, columns: usize) -> Self {
        if columns >= LINE * worker.count {
            Self { rows: 0..rows, columns: worker.share(columns, LINE) }
        } else {
            Self { rows: worker.share(rows, LINE), columns: 0..columns }
        }
    }
}

/// Elements that can be added.
pub(crate) trait Sum: Copy {
    fn plus(self, other: Self) -> Self;
}

impl Sum for f32 {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self + other
    }
}

impl Sum for i32 {
    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

for_each_tier! {
    /// Adds `values` `[ids, columns]` to the rows of `out` that the ids name, within a part of it.
    ///
    /// Callers promise that `out` is `[rows, columns]` and that nobody else touches the part.
    pub(crate) fn add_rows<T: Sum>(out: *mut T, columns: usize, part: &Part, ids: &[i32], values: &[T]) {
        let length = part.columns.len();
        for (row, &id) in ids.iter().enumerate() {
            let Some(id) = usize::try_from(id).ok().filter(|id| part.rows.contains(id)) else { continue };
            let from = row * columns + part.columns.start;
            // SAFETY: the row is one of this part
            let target = unsafe { std::slice::from_raw_parts_mut(out.add(id * columns + part.columns.start), length) };
            for (sum, &value) in target.iter_mut().zip(&values[from..from + length]) {
                *sum = sum.plus(value);
            }
        }
    }
}
