use capas_runtime::codes::{DTYPE_BOOL, DTYPE_FLOAT32, DTYPE_INT32, DTYPE_UINT8};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};

/// Each row of `[rows, length]` in order, and the places where the elements stood. Of equal elements the one with the
/// smaller place comes first, in both directions; NaN counts as larger than all numbers.
pub struct Sort {
    dtype: i32,
    rows: usize,
    length: usize,
    is_descending: bool,
    x: usize,
    values: usize,
    indices: usize,
}

impl Sort {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let dtype = reader.int()?;
        if ![DTYPE_FLOAT32, DTYPE_INT32, DTYPE_BOOL, DTYPE_UINT8].contains(&dtype) {
            return Err(DecodeError(format!("there is no dtype {dtype}")));
        }
        Ok(Self {
            dtype,
            rows: reader.count()?,
            length: reader.count()?,
            is_descending: reader.int()? != 0,
            x: reader.count()?,
            values: reader.count()?,
            indices: reader.count()?,
        })
    }

    fn sort<T: Copy>(&self, worker: &Worker, rank: impl Fn(T) -> u32) {
        let rows = worker.share(self.rows, 1);
        let all = rows.start * self.length..rows.end * self.length;
        if all.is_empty() {
            return;
        }
        // SAFETY: nobody writes x during this instruction; shares are disjoint, also those of the scratch memory
        let (x, values, indices, keys) = unsafe {
            (
                &input::<T>(worker, self.x, self.rows * self.length)[all.clone()],
                output::<T>(worker, self.values, all.clone()),
                output::<i32>(worker, self.indices, all),
                std::slice::from_raw_parts_mut(worker.scratch::<u64>().add(worker.id * self.length), self.length),
            )
        };
        let flip = if self.is_descending { u32::MAX } else { 0 };
        for (row, elements) in x.chunks_exact(self.length).enumerate() {
            for (place, (key, &element)) in keys.iter_mut().zip(elements).enumerate() {
                *key = u64::from(rank(element) ^ flip) << 32 | place as u64;
            }
            keys.sort_unstable();
            let first = row * self.length;
            for (i, &key) in keys.iter().enumerate() {
                let place = key as u32;
                indices[first + i] = place as i32;
                values[first + i] = elements[place as usize];
            }
        }
    }
}

impl Op for Sort {
    fn scratch_bytes(&self, threads: usize) -> usize {
        threads * self.length * size_of::<u64>()
    }

    fn run(&self, worker: &Worker) {
        match self.dtype {
            DTYPE_FLOAT32 => self.sort(worker, rank_of_float),
            DTYPE_INT32 => self.sort(worker, |x: i32| x as u32 ^ 1 << 31),
            _ => self.sort(worker, |x: u8| x.into()),
        }
    }
}

/// A number in the order of the floats: both zeros are one, and NaN is the largest.
fn rank_of_float(x: f32) -> u32 {
    if x.is_nan() {
        return u32::MAX;
    }
    let bits = if x == 0.0 { 0 } else { x.to_bits() };
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, as_ints, bytes, decode, floats, ints, noisy_ints, run_all};
    use std::cmp::Ordering;

    /// The places in order, row by row.
    fn naive<T: Copy + PartialOrd>(x: &[T], length: usize, is_descending: bool) -> Vec<i32> {
        // what is not equal to itself is NaN
        let compare = |a: T, b: T| {
            let is_nan = |x: T| x.partial_cmp(&x).is_none();
            a.partial_cmp(&b).unwrap_or_else(|| is_nan(a).cmp(&is_nan(b)))
        };
        let order = |row: &[T]| {
            let mut places: Vec<usize> = (0..length).collect();
            places.sort_by(|&i, &j| {
                let order: Ordering = compare(row[i], row[j]);
                if is_descending { order.reverse() } else { order }
            });
            places.into_iter().map(|place| place as i32).collect::<Vec<_>>()
        };
        x.chunks_exact(length.max(1)).flat_map(order).collect()
    }

    fn taken<T: Copy>(x: &[T], length: usize, places: &[i32]) -> Vec<T> {
        places.iter().enumerate().map(|(i, &place)| x[i / length * length + place as usize]).collect()
    }

    #[test]
    fn rows_in_both_directions_with_ties_zeros_and_nan() {
        for [rows, length] in [[7, 30], [1, 1000], [5, 1], [0, 4], [3, 0]] {
            let count = rows * length;
            let whole = noisy_ints(count, 1, -5, 6);
            let special = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0];
            let x: Vec<f32> =
                whole.iter().map(|&x| if x < 0 { special[(-x - 1) as usize] } else { x as f32 }).collect();
            let small: Vec<u8> = whole.iter().map(|&x| (x + 5) as u8).collect();
            for is_descending in [false, true] {
                let run = |dtype: i32, x: Vec<u32>| {
                    let words = [dtype, rows as i32, length as i32, is_descending as i32, 0, 1, 2];
                    let out = vec![9; x.len()];
                    run_all(&decode(&words, Sort::decode), &[x, out, vec![9; count]])
                };
                let slots = run(DTYPE_FLOAT32, floats(&x));
                let places = naive(&x, length, is_descending);
                assert_eq!(as_ints(&slots[2]), places);
                assert_eq!(slots[1], floats(&taken(&x, length, &places)));
                let slots = run(DTYPE_INT32, ints(&whole));
                let places = naive(&whole, length, is_descending);
                assert_eq!(as_ints(&slots[2]), places);
                assert_eq!(slots[1], ints(&taken(&whole, length, &places)));
                let slots = run(DTYPE_UINT8, bytes(&small));
                assert_eq!(as_ints(&slots[2]), places);
                assert_eq!(as_bytes(&slots[1], count), taken(&small, length, &places));
            }
        }
    }
}
