use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::index::require_index;
use crate::memory::{Pieces, Width, input};

/// Rows of `x` `[batch, outer, axis_size, inner]` by `indices` `[batch, count]`: `[batch, outer, count, inner]`.
pub struct Gather {
    width: Width,
    batch: usize,
    outer: usize,
    axis_size: usize,
    inner: usize,
    count: usize,
    x: usize,
    indices: usize,
    out: usize,
}

impl Gather {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self {
            width: Width::of_bytes(reader.count()?)?,
            batch: reader.count()?,
            outer: reader.count()?,
            axis_size: reader.count()?,
            inner: reader.count()?,
            count: reader.count()?,
            x: reader.count()?,
            indices: reader.count()?,
            out: reader.count()?,
        })
    }

    /// Copies this thread's share, rows of `[T; inner]`, to the first index that lies outside.
    fn copy_rows<T: Copy>(&self, worker: &Worker, inner: usize) {
        // SAFETY: nobody writes indices during this instruction
        let indices = unsafe { input::<i32>(worker, self.indices, self.batch * self.count) };
        let (x, out) = (worker.slot::<T>(self.x), worker.slot::<T>(self.out));
        let mut pieces =
            Pieces::of(worker, self.batch * self.outer * self.count, inner, 64 / size_of::<T>()).peekable();
        let Some(&(first, _)) = pieces.peek() else { return };
        // counted along with the rows, which spares divisions
        let (mut line, mut place) = (first / self.count, first % self.count);
        let (mut image, mut within) = (line / self.outer, line % self.outer);
        for (row, columns) in pieces {
            let index = indices[image * self.count + place];
            let Some(index) = require_index(worker, "gather", index, self.axis_size) else { return };
            let from = (line * self.axis_size + index) * inner;
            // SAFETY: the row lies in x, as its index was looked at; pieces are disjoint
            unsafe {
                let (source, target) = (x.add(from + columns.start), out.add(row * inner + columns.start));
                if columns.len() == 1 {
                    *target = *source;
                } else {
                    target.copy_from_nonoverlapping(source, columns.len());
                }
            }
            place += 1;
            if place == self.count {
                (place, line, within) = (0, line + 1, within + 1);
                if within == self.outer {
                    (within, image) = (0, image + 1);
                }
            }
        }
    }
}

impl Op for Gather {
    fn run(&self, worker: &Worker) {
        match self.width {
            Width::Byte => self.copy_rows::<u8>(worker, self.inner),
            Width::Word => self.copy_rows::<u32>(worker, self.inner),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, bytes, decode, failure_of, floats, ints, noise, noisy_ints, run_all};

    fn naive<T: Copy>([batch, outer, axis, inner, count]: [usize; 5], x: &[T], indices: &[i32]) -> Vec<T> {
        let mut out = Vec::new();
        for line in 0..batch * outer {
            for i in 0..count {
                let row = line * axis + indices[line / outer * count + i] as usize;
                out.extend_from_slice(&x[row * inner..(row + 1) * inner]);
            }
        }
        out
    }

    #[test]
    fn rows_of_any_shape() {
        for dims in [
            [1, 1, 7, 5, 11],
            [2, 3, 7, 5, 4],
            [1, 3, 4, 1, 50],
            [3, 1, 9, 64, 33],
            [1, 1, 5, 0, 3],
            [1, 2, 5, 3, 0],
            [0, 2, 5, 3, 2],
            [1, 1, 2, 1000, 2],
        ] {
            let [batch, outer, axis, inner, count] = dims;
            let indices = noisy_ints(batch * count, 3, 0, axis as i32);
            let size = batch * outer * axis * inner;
            let header = |element: i32| {
                let mut words = vec![element];
                words.extend(dims.map(|dim| dim as i32));
                words.extend([0, 1, 2]);
                words
            };
            let x = noise(size, 4);
            let expected = naive(dims, &x, &indices);
            let op = decode(&header(4), Gather::decode);
            let slots = run_all(&op, &[floats(&x), ints(&indices), vec![0; expected.len()]]);
            assert_eq!(slots[2], floats(&expected));

            let x: Vec<u8> = (0..size).map(|i| (i * 7 % 251) as u8).collect();
            let op = decode(&header(1), Gather::decode);
            let slots = run_all(&op, &[bytes(&x), ints(&indices), bytes(&vec![0; expected.len()])]);
            assert_eq!(as_bytes(&slots[2], expected.len()), naive(dims, &x, &indices));
        }
    }

    #[test]
    fn an_index_outside_is_named() {
        for index in [-1, 3] {
            let op = decode(&[4, 1, 1, 3, 2, 2, 0, 1, 2], Gather::decode);
            let message = failure_of(&op, &[floats(&[0.0; 6]), ints(&[1, index]), vec![0; 4]]);
            assert_eq!(message, format!("gather: `indices` must be from 0 to 2. Received: {index}."));
        }
    }
}
