//! Attention and its gradient, a block of queries at a time: only its scores are in memory.

use std::ops::Range;

use capas_elementwise::{Epilogue, ScoreRows};
use capas_runtime::{DecodeError, Op, Reader, Tickets, Worker};

use crate::gemm::{Gemm, Operands, Team};
use crate::pack::{Order, Strided, pack_panels};
use crate::simd::Tier;
use crate::split::part;

/// `out = softmax(f(q kᵀ)) v` of each head; `f` is the epilogue of the scores.
pub struct Attention {
    /// Hand out heads, or blocks of their queries.
    tickets: Tickets,
    core: Core,
    out: usize,
}

/// The slopes of `q`, `k` and `v`, from that of the output `dy`. The scores are computed anew.
pub struct AttentionGrad {
    /// Hand out heads.
    tickets: Tickets,
    core: Core,
    /// From the slopes of what softmax got to those of `q kᵀ`.
    slope: Option<Epilogue>,
    dy: usize,
    dq: usize,
    dk: usize,
    dv: usize,
}

/// What both have in common: arrays are `[batch, length, heads, dim]`.
struct Core {
    tier: Tier,
    rows: ScoreRows,
    batch: usize,
    heads: usize,
    queries: usize,
    keys: usize,
    dim: usize,
    value_dim: usize,
    q: usize,
    k: usize,
    v: usize,
    epilogue: Option<Epilogue>,
}

/// The most queries of a block, and the most scores, if that leaves so many queries.
const MOST_ROWS: usize = 128;
const MOST_SCORES: usize = 1 << 17;
const LEAST_ROWS: usize = 16;

impl Core {
    /// How many heads there are in all batches.
    fn products(&self) -> usize {
        self.batch * self.heads
    }

    fn block_rows(&self) -> usize {
        (MOST_SCORES / self.keys.max(1)).clamp(LEAST_ROWS, MOST_ROWS)
    }

    fn blocks(&self) -> usize {
        self.queries.div_ceil(self.block_rows())
    }

    fn block(&self, index: usize) -> Range<usize> {
        part(self.queries, self.blocks(), index)
    }

    /// The floats of a block of scores.
    fn scores_len(&self) -> usize {
        (self.block_rows() * self.keys).next_multiple_of(16)
    }

    /// The rows from `first` on of a head of `[batch, length, heads, dim]` in a slot.
    fn head(&self, worker: &Worker, slot: usize, product: usize, length: usize, dim: usize, first: usize) -> *mut f32 {
        let (batch, head) = (product / self.heads, product % self.heads);
        worker.slot::<f32>(slot).wrapping_add(((batch * length + first) * self.heads + head) * dim)
    }

    fn strided(&self, data: *const f32, dim: usize) -> Strided {
        Strided { data, row: self.heads * dim, column: 1 }
    }

    /// The floats of a matrix `[k, n]` in panels.
    fn panels_len(&self, k: usize, n: usize) -> usize {
        n.next_multiple_of(self.tier.kernels().width()) * k
    }

    /// # Safety
    /// As of [`pack_panels`].
    unsafe fn pack(&self, b: Strided, k: usize, n: usize, to: *mut f32) {
        // SAFETY: the caller's
        unsafe { pack_panels(self.tier, b, (k, n), self.tier.kernels().width(), to, (0, 1)) };
    }

    /// `c = a b`, of a `b` in panels; or adds it to `c`.
    ///
    /// # Safety
    /// The matrices have these sizes, and nothing else uses `c` meanwhile.
    unsafe fn multiply(
        &self,
        a: Strided,
        b: *const f32,
        c: Matrix,
        (m, n, k): (usize, usize, usize),
        scratch: *mut f32,
    ) {
        let gemm = Gemm::new(self.tier, (m, n, k), a.column != 1, Order::Panels);
        let b = Strided { data: b, row: 0, column: 0 };
        let x = Operands { a, b, c: c.data, c_row: c.row, adds: c.adds };
        // SAFETY: the caller's
        unsafe { gemm.run(Team::alone(), x, scratch, |_, _| {}) };
    }

    /// The floats that [`Core::multiply`] may need for these sizes.
    fn scratch_of(&self, size: (usize, usize, usize), transpose_a: bool) -> usize {
        Gemm::new(self.tier, size, transpose_a, Order::Panels).scratch(1)
    }

    /// Writes the weights of a block of queries.
    ///
    /// # Safety
    /// `keys` are those of the head in panels, and `weights` has room for the block.
    unsafe fn weigh(
        &self,
        worker: &Worker,
        product: usize,
        block: Range<usize>,
        keys: *const f32,
        weights: *mut f32,
        scratch: *mut f32,
    ) {
        let q = self.head(worker, self.q, product, self.queries, self.dim, block.start);
        let size = (block.len(), self.keys, self.dim);
        let to = Matrix { data: weights, row: self.keys, adds: false };
        // SAFETY: the caller's
        unsafe {
            self.multiply(self.strided(q, self.dim), keys, to, size, scratch);
            self.apply(worker, self.epilogue.as_ref(), product, block.clone(), weights);
            self.rows.softmax(std::slice::from_raw_parts_mut(weights, block.len() * self.keys), self.keys);
        }
    }

    /// Applies an epilogue to a block of scores.
    ///
    /// # Safety
    /// Nothing else uses them.
    unsafe fn apply(
        &self,
        worker: &Worker,
        epilogue: Option<&Epilogue>,
        product: usize,
        block: Range<usize>,
        scores: *mut f32,
    ) {
        if let Some(epilogue) = epilogue {
            let matrix = [product / self.heads, product % self.heads];
            // SAFETY: the caller's
            unsafe { epilogue.apply_to(worker, &matrix, scores, self.keys, block, 0..self.keys) };
        }
    }
}

/// Where a product is written.
struct Matrix {
    data: *mut f32,
    row: usize,
    adds: bool,
}

/// Cuts scratch memory into pieces that begin at cache lines.
fn pieces<const N: usize>(lengths: [usize; N]) -> ([usize; N], usize) {
    let mut end = 0;
    let starts = lengths.map(|length| {
        let start = end;
        end += length.next_multiple_of(16);
        start
    });
    (starts, end)
}

/// The epilogue of scores, whose extras have strides for batch and head.
fn decode_epilogue(reader: &mut Reader) -> Result<Option<Epilogue>, DecodeError> {
    Epilogue::decode_of(reader, 2, capas_elementwise::Tier::best())
}

fn decode_core(reader: &mut Reader, tier: Tier) -> Result<Core, DecodeError> {
    let [batch, heads, queries, keys] = counts(reader)?;
    let [dim, value_dim, q, k, v] = counts(reader)?;
    let rows = ScoreRows::best();
    Ok(Core { tier, rows, batch, heads, queries, keys, dim, value_dim, q, k, v, epilogue: None })
}

fn counts<const N: usize>(reader: &mut Reader) -> Result<[usize; N], DecodeError> {
    let mut counts = [0; N];
    for count in &mut counts {
        *count = reader.count()?;
    }
    Ok(counts)
}

impl Attention {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// For one of the instruction sets that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let core = decode_core(reader, tier)?;
        let out = reader.count()?;
        let epilogue = decode_epilogue(reader)?;
        Ok(Self { tickets: Tickets::default(), core: Core { epilogue, ..core }, out })
    }

    /// Keys and values in panels, the weights of a block, and what products need.
    fn scratch(&self) -> ([usize; 4], usize) {
        let c = &self.core;
        let (rows, keys, dim, value_dim) = (c.block_rows(), c.keys, c.dim, c.value_dim);
        let products = c.scratch_of((rows, keys, dim), false).max(c.scratch_of((rows, value_dim, keys), false));
        pieces([c.panels_len(dim, keys), c.panels_len(keys, value_dim), c.scores_len(), products])
    }

    fn attend(&self, worker: &Worker, product: usize, blocks: Range<usize>) {
        let c = &self.core;
        let (starts, length) = self.scratch();
        let [keys, values, weights, scratch] =
            starts.map(|start| worker.scratch::<f32>().wrapping_add(worker.id * length + start));
        let k = c.strided(c.head(worker, c.k, product, c.keys, c.dim, 0), c.dim);
        let v = c.strided(c.head(worker, c.v, product, c.keys, c.value_dim, 0), c.value_dim);
        // SAFETY: the plan says that the slots have these sizes, scratch memory has the room that it was cut into, and each block
        // is that of one thread
        unsafe {
            c.pack(k.transposed(), c.dim, c.keys, keys);
            c.pack(v, c.keys, c.value_dim, values);
            for block in blocks {
                let block = c.block(block);
                c.weigh(worker, product, block.clone(), keys, weights, scratch);
                let data = c.head(worker, self.out, product, c.queries, c.value_dim, block.start);
                let to = Matrix { data, row: c.heads * c.value_dim, adds: false };
                let from = Strided { data: weights, row: c.keys, column: 1 };
                c.multiply(from, values, to, (block.len(), c.value_dim, c.keys), scratch);
            }
        }
    }
}

impl Op for Attention {
    fn scratch_bytes(&self, threads: usize) -> usize {
        threads * self.scratch().1 * size_of::<f32>()
    }

    fn reset(&self) {
        self.tickets.reset();
    }

    fn run(&self, worker: &Worker) {
        let (products, blocks) = (self.core.products(), self.core.blocks());
        // with few heads, threads share the queries of one
        let units = if products >= 2 * worker.count { 1 } else { blocks };
        for unit in worker.claim(&self.tickets, products * units, 1).flatten() {
            self.attend(worker, unit / units, part(blocks, units, unit % units));
        }
    }
}

impl AttentionGrad {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// For one of the instruction sets that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let core = decode_core(reader, tier)?;
        let [dy, dq, dk, dv] = counts(reader)?;
        let epilogue = decode_epilogue(reader)?;
        let slope = decode_epilogue(reader)?;
        Ok(Self { tickets: Tickets::default(), core: Core { epilogue, ..core }, slope, dy, dq, dk, dv })
    }

    /// In panels keys as columns and as rows, values, queries and slopes of a block; then weights and slopes of a block, and what
    /// products need.
    fn scratch(&self) -> ([usize; 8], usize) {
        let c = &self.core;
        let (rows, keys, dim, value_dim) = (c.block_rows(), c.keys, c.dim, c.value_dim);
        let products = [
            c.scratch_of((rows, keys, dim.max(value_dim)), false),
            c.scratch_of((rows, dim, keys), false),
            c.scratch_of((keys, dim.max(value_dim), rows), true),
        ];
        pieces([
            c.panels_len(dim, keys),
            c.panels_len(keys, dim),
            c.panels_len(value_dim, keys),
            c.panels_len(rows, dim),
            c.panels_len(rows, value_dim),
            c.scores_len(),
            c.scores_len(),
            products.into_iter().max().unwrap_or(0),
        ])
    }

    fn differentiate(&self, worker: &Worker, product: usize) {
        let c = &self.core;
        let (keys, dim, value_dim) = (c.keys, c.dim, c.value_dim);
        let (starts, length) = self.scratch();
        let [key_columns, key_rows, values, queries, dys, weights, slopes, scratch] =
            starts.map(|start| worker.scratch::<f32>().wrapping_add(worker.id * length + start));
        let k = c.strided(c.head(worker, c.k, product, keys, dim, 0), dim);
        let v = c.strided(c.head(worker, c.v, product, keys, value_dim, 0), value_dim);
        let [dk, dv] = [(self.dk, dim), (self.dv, value_dim)]
            .map(|(slot, dim)| (c.head(worker, slot, product, keys, dim, 0), c.heads * dim));
        // SAFETY: the plan says that the slots have these sizes, scratch memory has the room that it was cut into, and each head
        // is that of one thread
        unsafe {
            c.pack(k.transposed(), dim, keys, key_columns);
            c.pack(k, keys, dim, key_rows);
            c.pack(v.transposed(), value_dim, keys, values);
            for block in (0..c.blocks()).map(|index| c.block(index)) {
                let (rows, adds) = (block.len(), block.start > 0);
                c.weigh(worker, product, block.clone(), key_columns, weights, scratch);
                let q = c.strided(c.head(worker, c.q, product, c.queries, dim, block.start), dim);
                let dy = c.strided(c.head(worker, self.dy, product, c.queries, value_dim, block.start), value_dim);
                c.pack(q, rows, dim, queries);
                c.pack(dy, rows, value_dim, dys);
                let to = Matrix { data: slopes, row: keys, adds: false };
                c.multiply(dy, values, to, (rows, keys, value_dim), scratch);
                let of = |scores| std::slice::from_raw_parts_mut(scores, rows * keys);
                c.rows.gradient(of(weights), of(slopes), keys);
                c.apply(worker, self.slope.as_ref(), product, block.clone(), slopes);
                let columns = |data: *mut f32| Strided { data, row: 1, column: keys };
                let to = Matrix { data: dv.0, row: dv.1, adds };
                c.multiply(columns(weights), dys, to, (keys, value_dim, rows), scratch);
                let to = Matrix { data: dk.0, row: dk.1, adds };
                c.multiply(columns(slopes), queries, to, (keys, dim, rows), scratch);
                let data = c.head(worker, self.dq, product, c.queries, dim, block.start);
                let to = Matrix { data, row: c.heads * dim, adds: false };
                let from = Strided { data: slopes, row: keys, column: 1 };
                c.multiply(from, key_rows, to, (rows, dim, keys), scratch);
            }
        }
    }
}

impl Op for AttentionGrad {
    fn scratch_bytes(&self, threads: usize) -> usize {
        threads * self.scratch().1 * size_of::<f32>()
    }

    fn reset(&self) {
        self.tickets.reset();
    }

    fn run(&self, worker: &Worker) {
        for product in worker.claim(&self.tickets, self.core.products(), 1).flatten() {
            self.differentiate(worker, product);
        }
    }
}
