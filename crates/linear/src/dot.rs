use std::ops::Range;

use capas_elementwise::Epilogue;
use capas_runtime::{DecodeError, Op, Reader, Tickets, Worker};

use crate::gemm::{Gemm, Operands, Team};
use crate::pack::{Order, Strided};
use crate::simd::Tier;
use crate::split::UNIT_FLOPS;

/// `y[…, i, j] = f(Σ a[…, i, k] b[…, k, j])` over the last two axes, either of which may come transposed; `f` is the epilogue.
pub struct Dot {
    /// Hand out products.
    tickets: Tickets,
    gemm: Gemm,
    m: usize,
    n: usize,
    a: Matrices,
    b: Matrices,
    out_slot: usize,
    epilogue: Option<Epilogue>,
}

/// The matrices of an operand.
struct Matrices {
    slot: usize,
    /// Where that of each product starts, in elements.
    starts: Vec<usize>,
    row: usize,
    column: usize,
}

impl Matrices {
    fn matrix(&self, worker: &Worker, product: usize) -> Strided {
        let data = worker.slot::<f32>(self.slot).cast_const().wrapping_add(self.starts[product]);
        Strided { data, row: self.row, column: self.column }
    }
}

impl Dot {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// For one of the instruction sets that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let rank = reader.count()?;
        let batch = reader.counts(rank)?;
        let (m, n, k) = (reader.count()?, reader.count()?, reader.count()?);
        let (transpose_a, order) = (reader.count()? != 0, Order::decode(reader)?);
        let mut operand = |rows: usize, columns: usize, is_transposed: bool| {
            let slot = reader.count()?;
            let starts = starts(&batch, &reader.counts(rank)?);
            let (row, column) = if is_transposed { (1, rows) } else { (columns, 1) };
            Ok(Matrices { slot, starts, row, column })
        };
        let a = operand(m, k, transpose_a)?;
        let b = operand(k, n, order == Order::Columns)?;
        let out_slot = reader.count()?;
        let epilogue = Epilogue::decode(reader)?;
        let gemm = Gemm::new(tier, (m, n, k), transpose_a, order);
        Ok(Self { tickets: Tickets::default(), gemm, m, n, a, b, out_slot, epilogue })
    }

    fn multiply(&self, worker: &Worker, team: Team, product: usize, scratch: *mut f32) {
        self.multiply_rows(worker, team, (product, 0..self.m), scratch);
    }

    fn multiply_rows(&self, worker: &Worker, team: Team, (product, own): (usize, Range<usize>), scratch: *mut f32) {
        let n = self.n;
        let first = product * self.m + own.start;
        let c = worker.slot::<f32>(self.out_slot).wrapping_add(first * n);
        let a = self.a.matrix(worker, product);
        let a = Strided { data: a.data.wrapping_add(own.start * a.row), ..a };
        let x = Operands { a, b: self.b.matrix(worker, product), c, c_row: n, adds: false };
        // SAFETY: the plan says that the slots have these sizes and that the result overlaps no operand
        unsafe {
            self.gemm.of_rows(own.len()).run(team, x, scratch, |rows, columns| {
                if let Some(epilogue) = &self.epilogue {
                    let block = c.wrapping_add(rows.start * n + columns.start);
                    epilogue.apply(worker, block, n, first + rows.start..first + rows.end, columns);
                }
            });
        }
    }
}

impl Op for Dot {
    fn scratch_bytes(&self, threads: usize) -> usize {
        let alone = if self.a.starts.len() > 1 { threads * self.gemm.scratch(1) } else { 0 };
        alone.max(self.gemm.scratch(threads)) * size_of::<f32>()
    }

    fn reset(&self) {
        self.tickets.reset();
    }

    fn run(&self, worker: &Worker) {
        let products = self.a.starts.len();
        if let Some(rows) = worker.rows() {
            // a loop that is done by rows has only products that are not in batches
            return self.multiply_rows(worker, Team::alone(), (0, rows.of(self.m)), worker.scratch());
        }
        // with enough products every thread has its own, else each does its part of all
        if products >= 2 * worker.count || (products > 1 && products.is_multiple_of(worker.count)) {
            let scratch = worker.scratch::<f32>().wrapping_add(worker.id * self.gemm.scratch(1));
            let grain = (UNIT_FLOPS / self.gemm.flops().max(1)).clamp(1, products.div_ceil(worker.count));
            for product in worker.claim(&self.tickets, products, grain).flatten() {
                self.multiply(worker, Team::alone(), product, scratch);
            }
            return;
        }
        for product in 0..products {
            self.multiply(worker, Team::all(worker), product, worker.scratch());
        }
    }
}

/// Where the matrix of each product starts: the batch axes in row-major order, with these strides.
fn starts(batch: &[usize], strides: &[usize]) -> Vec<usize> {
    batch.iter().zip(strides).fold(vec![0], |starts, (&dim, stride)| {
        starts.iter().flat_map(|start| (0..dim).map(move |i| start + i * stride)).collect()
    })
}
