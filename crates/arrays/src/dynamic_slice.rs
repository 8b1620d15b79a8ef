use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{Pieces, Width, input};

/// `size` rows of each `[axis_size, inner]` of `[outer, axis_size, inner]`, from a start that is data: it is moved to where
/// they all are inside.
pub struct DynamicSlice {
    width: Width,
    outer: usize,
    axis_size: usize,
    inner: usize,
    size: usize,
    start: usize,
    x: usize,
    out: usize,
}

impl DynamicSlice {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let op = Self {
            width: Width::of_bytes(reader.count()?)?,
            outer: reader.count()?,
            axis_size: reader.count()?,
            inner: reader.count()?,
            size: reader.count()?,
            start: reader.count()?,
            x: reader.count()?,
            out: reader.count()?,
        };
        if op.size > op.axis_size {
            return Err(DecodeError(format!("a slice of {} does not fit an axis of {}", op.size, op.axis_size)));
        }
        Ok(op)
    }
}

impl Op for DynamicSlice {
    fn run(&self, worker: &Worker) {
        // SAFETY: nobody writes the start during this instruction
        let start = unsafe { input::<i32>(worker, self.start, 1) }[0];
        let from = usize::try_from(start).unwrap_or(0).min(self.axis_size - self.size);
        let row_bytes = self.inner * self.width.bytes();
        let (x, out) = (worker.slot::<u8>(self.x), worker.slot::<u8>(self.out));
        for (row, piece) in Pieces::of(worker, self.outer, self.size * row_bytes, 64) {
            let source = (row * self.axis_size + from) * row_bytes + piece.start;
            // SAFETY: from + size rows lie in x; pieces are disjoint
            unsafe {
                let target = out.add(row * self.size * row_bytes + piece.start);
                target.copy_from_nonoverlapping(x.add(source), piece.len());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, bytes, decode, floats, ints, noise, run_all};

    #[test]
    fn a_start_outside_is_moved_inside() {
        for [outer, axis, inner, size] in [[1, 10, 3, 4], [3, 7, 5, 7], [2, 5, 100, 1], [2, 5, 0, 2], [2, 5, 3, 0]] {
            for start in [-3, 0, 2, 9, i32::MAX] {
                let from = start.clamp(0, (axis - size) as i32) as usize;
                let slice = |row: usize| (row * axis + from) * inner..(row * axis + from + size) * inner;
                let count = outer * size * inner;
                let header = |element: usize| [element, outer, axis, inner, size, 1, 0, 2].map(|word| word as i32);
                let x = noise(outer * axis * inner, 1);
                let op = decode(&header(4), DynamicSlice::decode);
                let slots = run_all(&op, &[floats(&x), ints(&[start]), vec![0; count]]);
                let expected: Vec<f32> = (0..outer).flat_map(|row| x[slice(row)].to_vec()).collect();
                assert_eq!(slots[2], floats(&expected));
                let x: Vec<u8> = (0..x.len()).map(|i| i as u8).collect();
                let op = decode(&header(1), DynamicSlice::decode);
                let slots = run_all(&op, &[bytes(&x), ints(&[start]), bytes(&vec![0; count])]);
                let expected: Vec<u8> = (0..outer).flat_map(|row| x[slice(row)].to_vec()).collect();
                assert_eq!(as_bytes(&slots[2], count), expected);
            }
        }
    }

    #[test]
    fn more_than_the_axis_has_is_refused() {
        assert!(DynamicSlice::decode(&mut Reader::new(&[4, 1, 3, 1, 4, 0, 1, 2])).is_err());
    }
}
