//! Softmax and its logarithm along the last axis.

use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::machine::with_lanes;
use crate::math::exp32;
use crate::tier::{Tier, per_tier};

/// `y = eˣ / Σ eˣ` or `y = x - log Σ eˣ` of each row, from `x` less its maximum. The input may be the output.
pub struct Softmax {
    rows: usize,
    length: usize,
    input: usize,
    output: usize,
    kernel: unsafe fn(x: &mut [f32], exponentials: &mut [f32], length: usize),
}

/// Rows are computed together up to so many elements.
const CHUNK: usize = 1024;

impl Softmax {
    /// Reads `log, rows, length, inSlot, outSlot`.
    ///
    /// # Errors
    /// The instruction ends too early.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// As [`Softmax::decode`], for a tier that the machine has.
    ///
    /// # Errors
    /// The instruction ends too early.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let kernel = if reader.int()? == 0 { kernel::<Quotient>(tier) } else { kernel::<Logarithm>(tier) };
        Ok(Self {
            rows: reader.count()?,
            length: reader.count()?,
            input: reader.count()?,
            output: reader.count()?,
            kernel,
        })
    }
}

impl Op for Softmax {
    fn run(&self, worker: &Worker) {
        let length = self.length;
        if length == 0 {
            return;
        }
        let at_once = (CHUNK / length).max(1);
        let share = worker.share(self.rows, at_once.min(32));
        let room = (at_once * length).next_multiple_of(16);
        with_lanes(2 * room, |buffer| {
            for row in share.clone().step_by(at_once) {
                let n = at_once.min(share.end - row) * length;
                // SAFETY: the buffer has room for these rows twice; input and output have them, and no other thread does them
                unsafe {
                    let input = worker.slot::<f32>(self.input).add(row * length);
                    let (x, exponentials) = (buffer.cast::<f32>(), buffer.cast::<f32>().add(room));
                    x.copy_from_nonoverlapping(input, n);
                    let rows = std::slice::from_raw_parts_mut(x, n);
                    (self.kernel)(rows, std::slice::from_raw_parts_mut(exponentials, n), length);
                    worker.slot::<f32>(self.output).add(row * length).copy_from_nonoverlapping(x, n);
                }
            }
        });
    }
}

/// What becomes of a row that has been shifted, its exponentials and their sum.
trait Finish {
    fn finish(shifted: &mut [f32], exponentials: &[f32], sum: f32);
}

struct Quotient;

impl Finish for Quotient {
    #[inline(always)]
    fn finish(shifted: &mut [f32], exponentials: &[f32], sum: f32) {
        for (y, e) in shifted.iter_mut().zip(exponentials) {
            *y = e / sum;
        }
    }
}

struct Logarithm;

impl Finish for Logarithm {
    #[inline(always)]
    fn finish(shifted: &mut [f32], _: &[f32], sum: f32) {
        let log = f64::from(sum).ln() as f32;
        for y in shifted {
            *y -= log;
        }
    }
}

#[inline(always)]
fn softmax_loop<F: Finish, const FMA: bool>(x: &mut [f32], exponentials: &mut [f32], length: usize) {
    for row in x.chunks_exact_mut(length) {
        let most = in_lanes(row, f32::NEG_INFINITY, larger);
        for x in row {
            *x -= most;
        }
    }
    for (e, x) in exponentials.iter_mut().zip(&*x) {
        *e = exp32::<FMA>(*x);
    }
    for (row, exponentials) in x.chunks_exact_mut(length).zip(exponentials.chunks_exact(length)) {
        let sum = in_lanes(exponentials, 0.0, |sum: f64, e| sum + e);
        F::finish(row, exponentials, sum as f32);
    }
}

per_tier!(kernel<F: Finish>, softmax_loop, fn(x: &mut [f32], exponentials: &mut [f32], length: usize));

/// Once NaN, it stays NaN.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if (b > a) | b.is_nan() { b } else { a }
}

/// Folds a row in independent lanes; a short one in order.
#[inline(always)]
pub(crate) fn in_lanes<T: Copy + From<f32>>(row: &[f32], identity: T, fold: impl Fn(T, T) -> T) -> T {
    const WIDTH: usize = 16;
    let (parts, rest) = row.as_chunks::<WIDTH>();
    let mut result = identity;
    if !parts.is_empty() {
        let mut lanes = [identity; WIDTH];
        for part in parts {
            for i in 0..WIDTH {
                lanes[i] = fold(lanes[i], T::from(part[i]));
            }
        }
        result = lanes.into_iter().fold(identity, &fold);
    }
    rest.iter().fold(result, |result, x| fold(result, T::from(*x)))
}
