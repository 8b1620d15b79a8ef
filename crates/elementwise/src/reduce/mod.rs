//! Reductions of an expression along axes.

mod by_columns;
mod by_rows;
mod fold;
mod kind;
mod loops;

use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::code::{Code, error};
use crate::input::Input;
use crate::output::Output;
use crate::program::Program;
use crate::tier::Tier;
use fold::Fold;

/// One element for all along the reduced axes of an expression.
///
/// Sums are accumulated in float64, in blocks that do not depend on the threads, and rounded once.
pub struct Reduce {
    order: Order,
    kept: usize,
    reduced: usize,
    inputs: Vec<Input>,
    output: Output,
    program: Program,
    fold: Fold,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The reduced axes vary fastest.
    Row,
    /// The kept axes vary fastest.
    Column,
}

/// How many elements make a block whose sum is one number, or one for each column.
const BLOCK: usize = 32_768;

/// How many results are stored at a time.
const RESULTS: usize = 256;

impl Reduce {
    /// Reads `kind, order, nKept, kept, nReduced, reduced, nInputs, inputs, valueDtype, valueRegister, outSlot, outDtype,
    /// code`.
    ///
    /// # Errors
    /// The instruction is malformed.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// As [`Reduce::decode`], for a tier that the machine has.
    ///
    /// # Errors
    /// The instruction is malformed.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let kind = reader.int()?;
        let order = match reader.int()? {
            0 => Order::Row,
            1 => Order::Column,
            other => return Err(error(format!("unknown order {other}"))),
        };
        let n_kept = reader.count()?;
        let kept = reader.counts(n_kept)?;
        let n_reduced = reader.count()?;
        let reduced = reader.counts(n_reduced)?;
        let n_inputs = reader.count()?;
        let mut inputs = Vec::new();
        for _ in 0..n_inputs {
            let (slot, dtype) = (reader.count()?, reader.int()?);
            let (kept_strides, reduced_strides) = (reader.counts(n_kept)?, reader.counts(n_reduced)?);
            inputs.push(match order {
                Order::Row => Input::new(slot, dtype, &join(&kept, &reduced), &join(&kept_strides, &reduced_strides)),
                Order::Column => {
                    Input::new(slot, dtype, &join(&reduced, &kept), &join(&reduced_strides, &kept_strides))
                }
            }?);
        }
        let (dtype, register) = (reader.int()?, reader.count()?);
        let output = Output::new(reader.count()?, reader.int()?, register)?;
        let program = Program::new(&Code::decode(reader)?, n_inputs, &[register], tier)?;
        let (kept, reduced) = (kept.iter().product(), reduced.iter().product());
        Ok(Self { order, kept, reduced, inputs, output, program, fold: Fold::new(kind, dtype, tier)? })
    }

    /// Stores results from one of the kept elements on.
    ///
    /// # Safety
    /// No other thread stores these.
    unsafe fn store(&self, worker: &Worker, start: usize, sums: &[u64]) {
        let mut lanes = [0; RESULTS];
        for (i, sums) in sums.chunks(RESULTS).enumerate() {
            // SAFETY: the machine has the tier; the output has an element for each that is kept
            unsafe {
                (self.fold.finish)(sums, self.reduced, &mut lanes);
                self.output.store(worker.slot(self.output.slot), start + i * RESULTS, lanes.as_ptr(), sums.len());
            }
        }
    }

    /// Merges the sums of blocks, which lie in the scratch memory as `[groups][blocks][width]`, and stores them; `width`
    /// kept elements make a group.
    fn combine(&self, worker: &Worker, blocks: usize, width: usize) {
        worker.barrier();
        let share = worker.share(self.kept, 16);
        let mut from = share.start;
        while from < share.end {
            let (group, at) = (from / width, from % width);
            let n = (width - at).min(share.end - from).min(RESULTS);
            let mut sums = [self.fold.identity; RESULTS];
            for block in 0..blocks {
                let first = (group * blocks + block) * width + at;
                // SAFETY: all threads have written their sums and wait; the machine has the tier
                unsafe {
                    let more = std::slice::from_raw_parts(worker.scratch::<u64>().add(first), n);
                    (self.fold.merge)(&mut sums[..n], more);
                }
            }
            // SAFETY: the elements are in this thread's share
            unsafe { self.store(worker, from, &sums[..n]) };
            from += n;
        }
        // the next instruction may write the scratch memory
        worker.barrier();
    }
}

fn join(a: &[usize], b: &[usize]) -> Vec<usize> {
    [a, b].concat()
}

impl Op for Reduce {
    fn scratch_bytes(&self, _: usize) -> usize {
        let sums = match self.order {
            Order::Row => self.row_scratch(),
            Order::Column => self.column_scratch(),
        };
        sums * size_of::<u64>()
    }

    fn run(&self, worker: &Worker) {
        if self.reduced == 0 {
            for element in worker.share(self.kept, 16) {
                // SAFETY: the element is in this thread's share
                unsafe { self.store(worker, element, &[self.fold.identity]) };
            }
            return;
        }
        match self.order {
            Order::Row => self.run_rows(worker),
            Order::Column => self.run_columns(worker),
        }
    }
}
