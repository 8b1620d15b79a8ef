use std::ops::Range;

use capas_runtime::codes::{DTYPE_BOOL, DTYPE_FLOAT32, DTYPE_INT32, DTYPE_UINT8};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::index::Places;
use crate::memory::{input, output};
use crate::part::{Part, Sum};
use crate::scatter_add::is_float;

/// A base, or zeros, `[...dims, inner]`, with the slices `updates` `[count, inner]` at the places that `indices`
/// `[count, depth]` name: added, or put there, in order of the rows.
pub struct ScatterNd {
    dtype: i32,
    is_update: bool,
    places: Places,
    inner: usize,
    indices: usize,
    updates: usize,
    base: Option<usize>,
    out: usize,
}

impl ScatterNd {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let dtype = reader.int()?;
        let is_update = reader.int()? != 0;
        if is_update {
            if ![DTYPE_FLOAT32, DTYPE_INT32, DTYPE_BOOL, DTYPE_UINT8].contains(&dtype) {
                return Err(DecodeError(format!("there is no dtype {dtype}")));
            }
        } else {
            is_float(dtype)?;
        }
        let has_base = reader.int()? != 0;
        let places = Places::decode(reader)?;
        let (inner, indices, updates) = (reader.count()?, reader.count()?, reader.count()?);
        let base = reader.int()?;
        let base = usize::try_from(base).ok().filter(|_| has_base);
        Ok(Self { dtype, is_update, places, inner, indices, updates, base, out: reader.count()? })
    }

    /// Combines the slices into this thread's part of the result.
    fn scatter<T: Copy>(&self, worker: &Worker, zero: T, combine: impl Fn(T, T) -> T) {
        let share = worker.share(self.places.total() * self.inner, 64);
        self.start(worker, share, zero);
        worker.barrier();
        // SAFETY: nobody writes these during this instruction
        let (indices, updates) = unsafe {
            (
                self.places.indices(worker, self.indices),
                input::<T>(worker, self.updates, self.places.count * self.inner),
            )
        };
        let part = Part::of(worker, self.places.total(), self.inner);
        for row in 0..self.places.count {
            let Some(place) = self.places.place(worker, "scatterNd", indices, row) else { return };
            if !part.rows.contains(&place) {
                continue;
            }
            let columns = place * self.inner + part.columns.start..place * self.inner + part.columns.end;
            // SAFETY: the slice is of this thread's part
            let target = unsafe { output::<T>(worker, self.out, columns) };
            let from = row * self.inner + part.columns.start;
            for (element, &update) in target.iter_mut().zip(&updates[from..]) {
                *element = combine(*element, update);
            }
        }
    }

    fn start<T: Copy>(&self, worker: &Worker, share: Range<usize>, zero: T) {
        let Some(base) = self.base else {
            // SAFETY: shares are disjoint
            unsafe { output::<T>(worker, self.out, share) }.fill(zero);
            return;
        };
        let (from, to) = (worker.slot::<T>(base), worker.slot::<T>(self.out));
        if from != to && !share.is_empty() {
            // SAFETY: shares are disjoint, and so are the two slots
            unsafe { to.add(share.start).copy_from_nonoverlapping(from.add(share.start), share.len()) };
        }
    }
}

impl Op for ScatterNd {
    fn run(&self, worker: &Worker) {
        match self.dtype {
            DTYPE_BOOL | DTYPE_UINT8 => self.scatter::<u8>(worker, 0, |_, update| update),
            _ if self.is_update => self.scatter::<u32>(worker, 0, |_, update| update),
            DTYPE_FLOAT32 => self.scatter::<f32>(worker, 0.0, f32::plus),
            _ => self.scatter::<i32>(worker, 0, i32::plus),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, bytes, decode, failure_of, floats, ints, noise, noisy_ints, run_all};

    fn naive<T: Copy>(mut result: Vec<T>, places: &[usize], updates: &[T], combine: impl Fn(T, T) -> T) -> Vec<T> {
        let inner = updates.len() / places.len().max(1);
        for (row, place) in places.iter().enumerate() {
            for i in 0..inner {
                result[place * inner + i] = combine(result[place * inner + i], updates[row * inner + i]);
            }
        }
        result
    }

    #[test]
    fn added_or_put_there_with_and_without_a_base() {
        for (rows, columns, inner, count) in [(3, 4, 5, 20), (2, 3, 1, 7), (5, 2, 80, 9), (3, 3, 0, 4), (3, 3, 2, 0)] {
            let (i, j) = (noisy_ints(count, 1, 0, rows), noisy_ints(count, 2, 0, columns));
            let indices: Vec<i32> = (0..count).flat_map(|row| [i[row], j[row]]).collect();
            let places: Vec<usize> = (0..count).map(|row| (i[row] * columns + j[row]) as usize).collect();
            let size = (rows * columns) as usize * inner;
            let (updates, base) = (noise(count * inner, 3), noise(size, 4));
            let header = |dtype: i32, mode: i32, has_base: i32| {
                let [count, inner] = [count as i32, inner as i32];
                [dtype, mode, has_base, count, 2, rows, columns, inner, 0, 1, if has_base == 1 { 2 } else { -1 }, 3]
            };
            for has_base in [0, 1] {
                let start = if has_base == 1 { base.clone() } else { vec![0.0; size] };
                let slots = [ints(&indices), floats(&updates), floats(&base), vec![1; size]];
                let add = decode(&header(DTYPE_FLOAT32, 0, has_base), ScatterNd::decode);
                let expected = naive(start.clone(), &places, &updates, |a, b| a + b);
                assert_eq!(run_all(&add, &slots)[3], floats(&expected));
                let update = decode(&header(DTYPE_FLOAT32, 1, has_base), ScatterNd::decode);
                let expected = naive(start, &places, &updates, |_, b| b);
                assert_eq!(run_all(&update, &slots)[3], floats(&expected));
            }
            let (whole, small): (Vec<i32>, Vec<u8>) = (0..count * inner).map(|i| (i as i32 - 3, i as u8)).unzip();
            let op = decode(&header(DTYPE_INT32, 0, 0), ScatterNd::decode);
            let slots = run_all(&op, &[ints(&indices), ints(&whole), vec![], vec![1; size]]);
            assert_eq!(slots[3], ints(&naive(vec![0; size], &places, &whole, |a, b| a + b)));
            let op = decode(&header(DTYPE_UINT8, 1, 0), ScatterNd::decode);
            let slots = run_all(&op, &[ints(&indices), bytes(&small), vec![], bytes(&vec![9; size])]);
            assert_eq!(as_bytes(&slots[3], size), naive(vec![0; size], &places, &small, |_, b| b));
        }
    }

    #[test]
    fn an_index_outside_is_named() {
        let op = decode(&[0, 0, 0, 1, 1, 4, 1, 0, 1, -1, 2], ScatterNd::decode);
        let message = failure_of(&op, &[ints(&[4]), floats(&[1.0]), floats(&[0.0; 4])]);
        assert_eq!(message, "scatterNd: `indices` must be from 0 to 3. Received: 4.");
    }
}
