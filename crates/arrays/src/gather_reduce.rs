use capas_runtime::codes::{REDUCE_MAX, REDUCE_MEAN, REDUCE_MIN, REDUCE_SUM};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::index::require_index;
use crate::memory::{input, output};
use crate::tier::{Tier, for_each_tier};

/// `out[o] = reduce over j of x[ids[o, j]]`: `x` `[size, inner]`, `ids` `[outer, count]`, `out` `[outer, inner]`.
pub struct GatherReduce {
    kind: Kind,
    outer: usize,
    count: usize,
    inner: usize,
    size: usize,
    x: usize,
    ids: usize,
    out: usize,
    tier: Tier,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sum,
    Mean,
    Max,
    Min,
}

/// Columns of a unit of work: so many sums stay in registers.
const BLOCK: usize = 128;

impl GatherReduce {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let kind = match reader.int()? {
            REDUCE_SUM => Kind::Sum,
            REDUCE_MEAN => Kind::Mean,
            REDUCE_MAX => Kind::Max,
            REDUCE_MIN => Kind::Min,
            kind => return Err(DecodeError(format!("cannot reduce rows by the kind {kind}"))),
        };
        Ok(Self {
            kind,
            outer: reader.count()?,
            count: reader.count()?,
            inner: reader.count()?,
            size: reader.count()?,
            x: reader.count()?,
            ids: reader.count()?,
            out: reader.count()?,
            tier: Tier::detect(),
        })
    }
}

impl Op for GatherReduce {
    fn run(&self, worker: &Worker) {
        // SAFETY: nobody writes these during this instruction
        let (x, ids) = unsafe {
            (
                input::<f32>(worker, self.x, self.size * self.inner),
                input::<i32>(worker, self.ids, self.outer * self.count),
            )
        };
        let blocks = self.inner.div_ceil(BLOCK);
        for unit in worker.share(self.outer * blocks, 1) {
            let (row, column) = (unit / blocks, unit % blocks * BLOCK);
            let ids = &ids[row * self.count..(row + 1) * self.count];
            if ids.iter().any(|&id| require_index(worker, "gatherReduce", id, self.size).is_none()) {
                return;
            }
            let first = row * self.inner + column;
            // SAFETY: units are disjoint
            let out = unsafe { output(worker, self.out, first..first + BLOCK.min(self.inner - column)) };
            match self.kind {
                Kind::Sum | Kind::Mean => reduce_rows(self.tier, Sum, x, self.inner, column, ids, out),
                Kind::Max => reduce_rows(self.tier, Max, x, self.inner, column, ids, out),
                Kind::Min => reduce_rows(self.tier, Min, x, self.inner, column, ids, out),
            }
            if self.kind == Kind::Mean {
                out.iter_mut().for_each(|sum| *sum /= self.count as f32);
            }
        }
    }
}

trait Fold: Copy {
    const START: f32;
    fn fold(self, a: f32, b: f32) -> f32;
}

#[derive(Clone, Copy)]
struct Sum;
#[derive(Clone, Copy)]
struct Max;
#[derive(Clone, Copy)]
struct Min;

impl Fold for Sum {
    const START: f32 = 0.0;
    #[inline(always)]
    fn fold(self, a: f32, b: f32) -> f32 {
        a + b
    }
}

/// Once NaN, it stays NaN.
impl Fold for Max {
    const START: f32 = f32::NEG_INFINITY;
    #[inline(always)]
    fn fold(self, a: f32, b: f32) -> f32 {
        if (b > a) | b.is_nan() { b } else { a }
    }
}

impl Fold for Min {
    const START: f32 = f32::INFINITY;
    #[inline(always)]
    fn fold(self, a: f32, b: f32) -> f32 {
        if (b < a) | b.is_nan() { b } else { a }
    }
}

/// Rows that are folded before the result is folded with that of the rows before: sums stay exact.
const PARTIAL: usize = 16;

for_each_tier! {
    /// Folds the rows that ids name, all of which lie in `x` `[rows, inner]`, from a column on.
    fn reduce_rows<F: Fold>(fold: F, x: &[f32], inner: usize, column: usize, ids: &[i32], out: &mut [f32]) {
        let mut done = 0;
        while done < out.len() {
            let (at, left) = (column + done, &mut out[done..]);
            done += match left.len() {
                BLOCK.. => reduce_columns::<F, BLOCK>(fold, x, inner, at, ids, left),
                16.. => reduce_columns::<F, 16>(fold, x, inner, at, ids, left),
                _ => reduce_columns::<F, 1>(fold, x, inner, at, ids, left),
            };
        }
    }
}

#[inline(always)]
fn reduce_columns<F: Fold, const N: usize>(
    fold: F,
    x: &[f32],
    inner: usize,
    column: usize,
    ids: &[i32],
    out: &mut [f32],
) -> usize {
    let mut total = [F::START; N];
    for ids in ids.chunks(PARTIAL) {
        let mut partial = [F::START; N];
        for &id in ids {
            let from = id as usize * inner + column;
            let row = &x[from..from + N];
            for lane in 0..N {
                partial[lane] = fold.fold(partial[lane], row[lane]);
            }
        }
        for lane in 0..N {
            total[lane] = fold.fold(total[lane], partial[lane]);
        }
    }
    out[..N].copy_from_slice(&total);
    N
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_floats, decode, failure_of, floats, ints, noise, noisy_ints, run_all};

    fn naive(kind: i32, x: &[f32], ids: &[i32], count: usize, inner: usize) -> Vec<f64> {
        let row = |ids: &[i32], column: usize| {
            let values = ids.iter().map(|&id| f64::from(x[id as usize * inner + column]));
            match kind {
                REDUCE_SUM => values.sum(),
                REDUCE_MEAN => values.sum::<f64>() / ids.len() as f64,
                REDUCE_MAX => values.fold(f64::NEG_INFINITY, f64::max),
                _ => values.fold(f64::INFINITY, f64::min),
            }
        };
        ids.chunks(count).flat_map(|ids| (0..inner).map(move |column| row(ids, column))).collect()
    }

    #[test]
    fn rows_of_any_length() {
        for (outer, count, inner, size) in
            [(32, 200, 128, 50), (3, 17, 300, 9), (5, 1, 33, 7), (1, 40, 1, 4), (0, 3, 5, 2), (4, 5, 0, 3)]
        {
            let x = noise(size * inner, 7);
            let ids = noisy_ints(outer * count, 8, 0, size as i32);
            for kind in [REDUCE_SUM, REDUCE_MEAN, REDUCE_MAX, REDUCE_MIN] {
                let expected = naive(kind, &x, &ids, count, inner);
                // of the sum of magnitudes, which are at most 1
                let bound = match kind {
                    REDUCE_SUM => 2e-7 * count as f64,
                    REDUCE_MEAN => 2e-7,
                    _ => 0.0,
                };
                for tier in Tier::available() {
                    let words = [kind, outer as i32, count as i32, inner as i32, size as i32, 0, 1, 2];
                    let op = GatherReduce { tier, ..decode(&words, GatherReduce::decode) };
                    let slots = run_all(&op, &[floats(&x), ints(&ids), vec![1; outer * inner]]);
                    for (received, expected) in as_floats(&slots[2]).iter().zip(&expected) {
                        let error = (f64::from(*received) - expected).abs();
                        assert!(error <= bound, "{tier:?}, {received} is not {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn extremes_keep_nan() {
        for kind in [REDUCE_MAX, REDUCE_MIN] {
            for tier in Tier::available() {
                let op = GatherReduce { tier, ..decode(&[kind, 2, 2, 1, 2, 0, 1, 2], GatherReduce::decode) };
                let slots = run_all(&op, &[floats(&[f32::NAN, 3.0]), ints(&[0, 1, 1, 0]), vec![0; 2]]);
                assert!(as_floats(&slots[2]).iter().all(|value| value.is_nan()));
            }
        }
    }

    #[test]
    fn an_id_outside_is_named() {
        for id in [-1, 3] {
            let op = decode(&[REDUCE_SUM, 1, 2, 2, 3, 0, 1, 2], GatherReduce::decode);
            let message = failure_of(&op, &[floats(&[0.0; 6]), ints(&[1, id]), vec![0; 2]]);
            assert_eq!(message, format!("gatherReduce: `indices` must be from 0 to 2. Received: {id}."));
        }
    }

    #[test]
    fn other_kinds_are_refused() {
        assert!(GatherReduce::decode(&mut Reader::new(&[4, 1, 1, 1, 1, 0, 1, 2])).is_err());
    }
}
