use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::index::Places;
use crate::memory::{Pieces, Width};

/// The slices of `x` `[...dims, inner]` that each row of `indices` `[count, depth]` names: `[count, inner]`.
pub struct GatherNd {
    width: Width,
    places: Places,
    inner: usize,
    x: usize,
    indices: usize,
    out: usize,
}

impl GatherNd {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self {
            width: Width::of_bytes(reader.count()?)?,
            places: Places::decode(reader)?,
            inner: reader.count()?,
            x: reader.count()?,
            indices: reader.count()?,
            out: reader.count()?,
        })
    }
}

impl Op for GatherNd {
    fn run(&self, worker: &Worker) {
        let length = self.inner * self.width.bytes();
        // SAFETY: nobody writes indices during this instruction
        let indices = unsafe { self.places.indices(worker, self.indices) };
        let (x, out) = (worker.slot::<u8>(self.x), worker.slot::<u8>(self.out));
        for (row, piece) in Pieces::of(worker, self.places.count, length, 64) {
            let Some(place) = self.places.place(worker, "gatherNd", indices, row) else { return };
            // SAFETY: the slice lies in x, as its place was looked at; pieces are disjoint
            unsafe {
                let source = x.add(place * length + piece.start);
                out.add(row * length + piece.start).copy_from_nonoverlapping(source, piece.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, bytes, decode, failure_of, floats, ints, noise, noisy_ints, run_all};

    #[test]
    fn slices_of_any_depth() {
        for (dims, inner, count) in [
            (vec![], 3, 4),
            (vec![5], 1, 9),
            (vec![5, 4], 7, 20),
            (vec![3, 4, 5], 1, 100),
            (vec![3], 0, 2),
            (vec![3, 2], 2, 0),
        ] {
            let depth = dims.len();
            let total: usize = dims.iter().product();
            let columns: Vec<Vec<i32>> =
                dims.iter().enumerate().map(|(axis, &dim)| noisy_ints(count, axis as u32, 0, dim as i32)).collect();
            let indices: Vec<i32> = (0..count * depth).map(|i| columns[i % depth][i / depth]).collect();
            let place = |row: usize| (0..depth).fold(0, |place, axis| place * dims[axis] + columns[axis][row] as usize);
            let x = noise(total * inner, 1);
            let taken = |row: usize| place(row) * inner..(place(row) + 1) * inner;
            let header = |element: i32| {
                let mut words = vec![element, count as i32, depth as i32];
                words.extend(dims.iter().map(|&dim| dim as i32));
                words.extend([inner as i32, 0, 1, 2]);
                words
            };
            let op = decode(&header(4), GatherNd::decode);
            let slots = run_all(&op, &[floats(&x), ints(&indices), vec![0; count * inner]]);
            let expected: Vec<f32> = (0..count).flat_map(|row| x[taken(row)].to_vec()).collect();
            assert_eq!(slots[2], floats(&expected));

            let x: Vec<u8> = (0..total * inner).map(|i| i as u8).collect();
            let op = decode(&header(1), GatherNd::decode);
            let slots = run_all(&op, &[bytes(&x), ints(&indices), bytes(&vec![0; count * inner])]);
            let expected: Vec<u8> = (0..count).flat_map(|row| x[taken(row)].to_vec()).collect();
            assert_eq!(as_bytes(&slots[2], count * inner), expected);
        }
    }

    #[test]
    fn an_index_outside_of_its_axis_is_named() {
        let op = decode(&[4, 1, 2, 2, 3, 1, 0, 1, 2], GatherNd::decode);
        let message = failure_of(&op, &[floats(&[0.0; 6]), ints(&[0, 3]), vec![0; 1]]);
        assert_eq!(message, "gatherNd: `indices` must be from 0 to 2. Received: 3.");
    }
}
