use capas_runtime::codes::{DTYPE_BOOL, DTYPE_FLOAT32, DTYPE_INT32, DTYPE_UINT8};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};
use crate::rows::{BLOCK, Rows};

/// The place of the largest or smallest element along the middle axis of `[outer, length, inner]`. Of equal elements, the
/// first; NaN counts only in the first place, where nothing is larger or smaller.
pub struct ArgReduce {
    is_min: bool,
    dtype: i32,
    rows: Rows,
    x: usize,
    out: usize,
}

impl ArgReduce {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let is_min = reader.int()? != 0;
        let dtype = reader.int()?;
        if ![DTYPE_FLOAT32, DTYPE_INT32, DTYPE_BOOL, DTYPE_UINT8].contains(&dtype) {
            return Err(DecodeError(format!("there is no dtype {dtype}")));
        }
        Ok(Self { is_min, dtype, rows: Rows::decode(reader)?, x: reader.count()?, out: reader.count()? })
    }

    fn find<T: Copy + PartialOrd>(&self, worker: &Worker) {
        if self.is_min {
            self.find_by(worker, |a: T, b: T| a < b);
        } else {
            self.find_by(worker, |a: T, b: T| a > b);
        }
    }

    fn find_by<T: Copy>(&self, worker: &Worker, is_better: impl Fn(T, T) -> bool) {
        let Rows { outer, length, inner } = self.rows;
        // SAFETY: nobody writes x during this instruction
        let x = unsafe { input::<T>(worker, self.x, self.rows.total()) };
        if inner == 1 && length > 0 {
            let share = worker.share(outer, BLOCK);
            // SAFETY: shares are disjoint
            let places = unsafe { output::<i32>(worker, self.out, share.clone()) };
            for (place, row) in places.iter_mut().zip(x[share.start * length..].chunks_exact(length)) {
                let better = |best: usize, i: usize| if is_better(row[i], row[best]) { i } else { best };
                *place = (1..length).fold(0, better) as i32;
            }
            return;
        }
        for (outer, columns) in self.rows.blocks(worker) {
            // SAFETY: blocks are disjoint
            let places =
                unsafe { output::<i32>(worker, self.out, outer * inner + columns.start..outer * inner + columns.end) };
            places.fill(0);
            if length == 0 {
                continue;
            }
            let row = |i: usize| &x[(outer * length + i) * inner + columns.start..][..columns.len()];
            let mut best = [row(0)[0]; BLOCK];
            best[..columns.len()].copy_from_slice(row(0));
            for i in 1..length {
                for ((place, best), &element) in places.iter_mut().zip(&mut best).zip(row(i)) {
                    if is_better(element, *best) {
                        (*place, *best) = (i as i32, element);
                    }
                }
            }
        }
    }
}

impl Op for ArgReduce {
    fn run(&self, worker: &Worker) {
        match self.dtype {
            DTYPE_FLOAT32 => self.find::<f32>(worker),
            DTYPE_INT32 => self.find::<i32>(worker),
            _ => self.find::<u8>(worker),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_ints, bytes, decode, floats, ints, noisy_ints, run_all};

    fn naive<T: Copy + PartialOrd>(x: &[T], [outer, length, inner]: [usize; 3], is_min: bool) -> Vec<i32> {
        let mut places = Vec::new();
        for row in 0..outer {
            for column in 0..inner {
                let at = |i: usize| x[(row * length + i) * inner + column];
                let better = |a: T, b: T| if is_min { a < b } else { a > b };
                places.push((0..length).fold(0, |best, i| if better(at(i), at(best)) { i } else { best }) as i32);
            }
        }
        places
    }

    #[test]
    fn along_any_axis_with_ties_and_nan() {
        for dims in [[13, 10, 1], [3, 7, 5], [1, 4, 200], [2, 0, 3], [0, 3, 2], [5, 1, 1]] {
            let count = dims.iter().product();
            let whole = noisy_ints(count, 1, -4, 5);
            let x: Vec<f32> = whole.iter().map(|&x| if x == 4 { f32::NAN } else { x as f32 }).collect();
            let small: Vec<u8> = whole.iter().map(|&x| (x + 4) as u8).collect();
            let size = dims[0] * dims[2];
            for is_min in [false, true] {
                let run = |dtype: i32, x: Vec<u32>| {
                    let mut words = vec![is_min as i32, dtype];
                    words.extend(dims.map(|dim| dim as i32));
                    words.extend([0, 1]);
                    as_ints(&run_all(&decode(&words, ArgReduce::decode), &[x, vec![9; size]])[1])
                };
                assert_eq!(run(DTYPE_FLOAT32, floats(&x)), naive(&x, dims, is_min));
                assert_eq!(run(DTYPE_INT32, ints(&whole)), naive(&whole, dims, is_min));
                assert_eq!(run(DTYPE_UINT8, bytes(&small)), naive(&small, dims, is_min));
            }
        }
    }

    #[test]
    fn nan_in_the_first_place_stays() {
        let x = floats(&[f32::NAN, 2.0, 1.0, f32::NAN]);
        let op = decode(&[0, DTYPE_FLOAT32, 2, 2, 1, 0, 1], ArgReduce::decode);
        assert_eq!(as_ints(&run_all(&op, &[x, vec![9; 2]])[1]), [0, 0]);
    }
}
