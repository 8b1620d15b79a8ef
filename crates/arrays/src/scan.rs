use capas_runtime::codes::{DTYPE_BOOL, DTYPE_FLOAT32, DTYPE_INT32, DTYPE_UINT8};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};
use crate::rows::Rows;

/// The sum or product of all elements up to each along the middle axis of `[outer, length, inner]`, rounded at every step;
/// of bool and uint8 in int32.
pub struct Scan {
    is_product: bool,
    dtype: i32,
    is_exclusive: bool,
    is_reverse: bool,
    rows: Rows,
    x: usize,
    out: usize,
}

impl Scan {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let is_product = reader.int()? != 0;
        let dtype = reader.int()?;
        if ![DTYPE_FLOAT32, DTYPE_INT32, DTYPE_BOOL, DTYPE_UINT8].contains(&dtype) {
            return Err(DecodeError(format!("there is no dtype {dtype}")));
        }
        Ok(Self {
            is_product,
            dtype,
            is_exclusive: reader.int()? != 0,
            is_reverse: reader.int()? != 0,
            rows: Rows::decode(reader)?,
            x: reader.count()?,
            out: reader.count()?,
        })
    }

    fn scan<T: Copy, U: Copy>(&self, worker: &Worker, start: U, widen: impl Fn(T) -> U, combine: impl Fn(U, U) -> U) {
        let Rows { length, inner, .. } = self.rows;
        // SAFETY: nobody writes x during this instruction
        let x = unsafe { input::<T>(worker, self.x, self.rows.total()) };
        for (outer, columns) in self.rows.blocks(worker) {
            let place = |i: usize| {
                let i = if self.is_reverse { length - 1 - i } else { i };
                (outer * length + i) * inner + columns.start
            };
            let row = |i: usize| {
                // SAFETY: blocks are disjoint, and so are their rows
                unsafe { output::<U>(worker, self.out, place(i)..place(i) + columns.len()) }
            };
            let elements = |i: usize| &x[place(i)..place(i) + columns.len()];
            for i in 0..length {
                let source = match (self.is_exclusive, i) {
                    (true, 0) => {
                        row(0).fill(start);
                        continue;
                    }
                    (true, _) => elements(i - 1),
                    (false, _) => elements(i),
                };
                if i == 0 {
                    row(0).iter_mut().zip(source).for_each(|(result, &element)| *result = widen(element));
                    continue;
                }
                for ((result, &before), &element) in row(i).iter_mut().zip(&*row(i - 1)).zip(source) {
                    *result = combine(before, widen(element));
                }
            }
        }
    }

    fn scan_ints<T: Copy>(&self, worker: &Worker, widen: impl Fn(T) -> i32) {
        if self.is_product {
            // products of JavaScript are rounded to float64 before they are cut to 32 bits
            self.scan(worker, 1, widen, |a: i32, b: i32| (f64::from(a) * f64::from(b)) as i64 as i32);
        } else {
            self.scan(worker, 0, widen, i32::wrapping_add);
        }
    }
}

impl Op for Scan {
    fn run(&self, worker: &Worker) {
        match self.dtype {
            DTYPE_FLOAT32 if self.is_product => self.scan(worker, 1.0, |x: f32| x, |a, b| a * b),
            DTYPE_FLOAT32 => self.scan(worker, 0.0, |x: f32| x, |a, b| a + b),
            DTYPE_INT32 => self.scan_ints(worker, |x: i32| x),
            _ => self.scan_ints(worker, |x: u8| i32::from(x)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bytes, decode, floats, ints, noise, noisy_ints, run_all};

    fn naive<T: Copy>(
        x: &[T],
        [outer, length, inner]: [usize; 3],
        [is_exclusive, is_reverse]: [bool; 2],
        start: T,
        combine: impl Fn(T, T) -> T,
    ) -> Vec<T> {
        let mut out = vec![start; x.len()];
        for row in 0..outer {
            for column in 0..inner {
                let mut sum = None;
                for i in 0..length {
                    let i = if is_reverse { length - 1 - i } else { i };
                    let at = (row * length + i) * inner + column;
                    let next = sum.map_or(x[at], |sum| combine(sum, x[at]));
                    out[at] = if is_exclusive { sum.unwrap_or(start) } else { next };
                    sum = Some(next);
                }
            }
        }
        out
    }

    #[test]
    fn along_any_axis_in_both_directions() {
        for dims in [[4, 9, 1], [3, 5, 7], [1, 6, 150], [2, 0, 3], [0, 3, 2], [3, 1, 1]] {
            let count = dims.iter().product();
            let (x, whole) = (noise(count, 1), noisy_ints(count, 2, -50_000, 50_000));
            let small: Vec<u8> = (0..count).map(|i| (i % 256) as u8).collect();
            let wide: Vec<i32> = small.iter().map(|&x| x.into()).collect();
            for options in [[false, false], [false, true], [true, false], [true, true]] {
                let run = |kind: i32, dtype: i32, x: Vec<u32>| {
                    let mut words = vec![kind, dtype, options[0] as i32, options[1] as i32];
                    words.extend(dims.map(|dim| dim as i32));
                    words.extend([0, 1]);
                    run_all(&decode(&words, Scan::decode), &[x, vec![9; count]]).remove(1)
                };
                let product = |a: i32, b: i32| (a as f64 * b as f64) as i64 as i32;
                assert_eq!(run(0, 0, floats(&x)), floats(&naive(&x, dims, options, 0.0, |a, b| a + b)));
                assert_eq!(run(1, 0, floats(&x)), floats(&naive(&x, dims, options, 1.0, |a, b| a * b)));
                assert_eq!(run(0, 1, ints(&whole)), ints(&naive(&whole, dims, options, 0, i32::wrapping_add)));
                assert_eq!(run(1, 1, ints(&whole)), ints(&naive(&whole, dims, options, 1, product)));
                assert_eq!(run(0, 3, bytes(&small)), ints(&naive(&wide, dims, options, 0, |a, b| a + b)));
            }
        }
    }

    #[test]
    fn every_step_is_rounded() {
        let op = decode(&[0, 0, 0, 0, 1, 3, 1, 0, 1], Scan::decode);
        let slots = run_all(&op, &[floats(&[16_777_216.0, 1.0, 1.0]), vec![0; 3]]);
        assert_eq!(slots[1], floats(&[16_777_216.0; 3]));
    }
}
