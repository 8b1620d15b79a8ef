use capas_runtime::codes::{DTYPE_FLOAT32, DTYPE_INT32};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};
use crate::part::{Part, Sum, add_rows};
use crate::tier::Tier;

/// `out[i] = Σ values[j]` over all `j` with `ids[j] = i`: `values` `[count, inner]` into `[size, inner]`. Rows with an id
/// outside are left out. Sums in the element type, in order of the rows.
pub struct ScatterAdd {
    is_float: bool,
    count: usize,
    inner: usize,
    size: usize,
    ids: usize,
    values: usize,
    out: usize,
    tier: Tier,
}

impl ScatterAdd {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self {
            is_float: is_float(reader.int()?)?,
            count: reader.count()?,
            inner: reader.count()?,
            size: reader.count()?,
            ids: reader.count()?,
            values: reader.count()?,
            out: reader.count()?,
            tier: Tier::detect(),
        })
    }

    fn add<T: Sum>(&self, worker: &Worker, zero: T) {
        let share = worker.share(self.size * self.inner, 64);
        // SAFETY: shares are disjoint
        unsafe { output::<T>(worker, self.out, share) }.fill(zero);
        worker.barrier();
        // SAFETY: nobody writes these during this instruction
        let (ids, values) = unsafe {
            (input::<i32>(worker, self.ids, self.count), input::<T>(worker, self.values, self.count * self.inner))
        };
        let part = Part::of(worker, self.size, self.inner);
        add_rows(self.tier, worker.slot::<T>(self.out), self.inner, &part, ids, values);
    }
}

impl Op for ScatterAdd {
    fn run(&self, worker: &Worker) {
        if self.is_float { self.add::<f32>(worker, 0.0) } else { self.add::<i32>(worker, 0) }
    }
}

/// Whether sums are those of floats.
pub(crate) fn is_float(dtype: i32) -> Result<bool, DecodeError> {
    match dtype {
        DTYPE_FLOAT32 => Ok(true),
        DTYPE_INT32 => Ok(false),
        _ => Err(DecodeError(format!("expected float32 or int32 to add, received dtype {dtype}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, floats, ints, noise, noisy_ints, run_all};

    fn naive<T: Sum>(ids: &[i32], values: &[T], inner: usize, size: usize, zero: T) -> Vec<T> {
        let mut sums = vec![zero; size * inner];
        for (row, &id) in ids.iter().enumerate() {
            if id >= 0 && (id as usize) < size {
                for i in 0..inner {
                    let sum = &mut sums[id as usize * inner + i];
                    *sum = sum.plus(values[row * inner + i]);
                }
            }
        }
        sums
    }

    #[test]
    fn additions_in_order_of_the_rows() {
        for (count, inner, size) in
            [(100, 128, 40), (57, 3, 9), (40, 1, 200), (7, 70, 3), (0, 4, 5), (5, 0, 3), (9, 2, 0)]
        {
            let ids = noisy_ints(count, 2, -1, size + 1);
            let header = |dtype: i32| [dtype, count as i32, inner as i32, size, 0, 1, 2];
            let (inner, size) = (inner, size as usize);
            let values = noise(count * inner, 5);
            let whole: Vec<i32> = noisy_ints(count * inner, 6, i32::MIN / 2, i32::MAX / 2);
            for tier in Tier::available() {
                let op = ScatterAdd { tier, ..decode(&header(DTYPE_FLOAT32), ScatterAdd::decode) };
                let slots = run_all(&op, &[ints(&ids), floats(&values), vec![1; size * inner]]);
                assert_eq!(slots[2], floats(&naive(&ids, &values, inner, size, 0.0)));
                let op = ScatterAdd { tier, ..decode(&header(DTYPE_INT32), ScatterAdd::decode) };
                let slots = run_all(&op, &[ints(&ids), ints(&whole), vec![1; size * inner]]);
                assert_eq!(slots[2], ints(&naive(&ids, &whole, inner, size, 0)));
            }
        }
    }

    #[test]
    fn bytes_are_refused() {
        assert!(ScatterAdd::decode(&mut Reader::new(&[2, 1, 1, 1, 0, 1, 2])).is_err());
    }
}
