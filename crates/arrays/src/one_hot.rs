use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{Width, input, output};

/// `on` at the place that an id names along a new last axis, `off` elsewhere; ids that lie outside name none.
pub struct OneHot {
    width: Width,
    count: usize,
    depth: usize,
    on: i32,
    off: i32,
    ids: usize,
    out: usize,
}

impl OneHot {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self {
            width: Width::of_bytes(reader.count()?)?,
            count: reader.count()?,
            depth: reader.count()?,
            on: reader.int()?,
            off: reader.int()?,
            ids: reader.count()?,
            out: reader.count()?,
        })
    }

    fn fill<T: Copy>(&self, worker: &Worker, on: T, off: T) {
        let rows = worker.share(self.count, 16);
        // SAFETY: shares are disjoint
        let ids = unsafe { &input::<i32>(worker, self.ids, self.count)[rows.clone()] };
        let out = unsafe { output::<T>(worker, self.out, rows.start * self.depth..rows.end * self.depth) };
        out.fill(off);
        for (row, &id) in ids.iter().enumerate() {
            if usize::try_from(id).is_ok_and(|id| id < self.depth) {
                out[row * self.depth + id as usize] = on;
            }
        }
    }
}

impl Op for OneHot {
    fn run(&self, worker: &Worker) {
        match self.width {
            Width::Byte => self.fill(worker, self.on as u8, self.off as u8),
            Width::Word => self.fill(worker, self.on, self.off),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, bytes, decode, floats, ints, noisy_ints, run_all};

    fn naive<T: Copy>(ids: &[i32], depth: i32, on: T, off: T) -> Vec<T> {
        ids.iter().flat_map(|&id| (0..depth).map(move |i| if i == id { on } else { off })).collect()
    }

    #[test]
    fn ids_inside_and_outside() {
        for (count, depth) in [(0, 3), (5, 0), (7, 3), (100, 10)] {
            let ids = noisy_ints(count, 1, -2, depth + 2);
            let size = count * depth as usize;
            let op = decode(
                &[4, count as i32, depth, 0.9f32.to_bits() as i32, 0.1f32.to_bits() as i32, 0, 1],
                OneHot::decode,
            );
            let slots = run_all(&op, &[ints(&ids), vec![1; size]]);
            assert_eq!(slots[1], floats(&naive(&ids, depth, 0.9, 0.1)));
            let op = decode(&[1, count as i32, depth, 1, 0, 0, 1], OneHot::decode);
            let slots = run_all(&op, &[ints(&ids), bytes(&vec![9; size])]);
            assert_eq!(as_bytes(&slots[1], size), naive(&ids, depth, 1, 0));
        }
    }
}
