use std::ops::Range;

use capas_runtime::{Tickets, Worker};

use crate::pack::{Order, Strided, pack_block, pack_tiles};
use crate::simd::{Tier, Tile};
use crate::split::{UNIT_FLOPS, part, parts_of, rectangle};

/// Products that are added up before they are added to the sum: keeps long sums exact, and what a panel needs in the caches.
const DEPTH: usize = 320;
/// The tiles of rows that pass over one panel before the next: what they need of `a` stays in the second cache.
const BLOCK_TILES: usize = 8;

/// The columns of a block that is finished at once: long rows are finished faster.
const BLOCK_COLUMNS: usize = 512;
/// The floats of `b` that are packed at once: they stay in the second cache.
const PACKED: usize = 1 << 16;
/// The most rectangles into which a product is cut for each thread: every cut makes the caches read an operand once more.
const CUTS: usize = 4;

/// The threads that compute a product together.
#[derive(Clone, Copy)]
pub(crate) struct Team<'a> {
    worker: Option<(&'a Worker<'a>, &'a Tickets)>,
}

impl<'a> Team<'a> {
    /// All threads, of which each takes tickets for its work.
    pub fn all(worker: &'a Worker<'a>, tickets: &'a Tickets) -> Self {
        Self { worker: Some((worker, tickets)) }
    }

    pub fn alone() -> Self {
        Self { worker: None }
    }

    pub fn place(&self) -> (usize, usize) {
        self.worker.map_or((0, 1), |(worker, _)| (worker.id, worker.count))
    }

    pub fn barrier(&self) {
        if let Some((worker, _)) = self.worker {
            worker.barrier();
        }
    }

    /// The units of this thread: one for each thread, or, if there are more, those that it gets.
    fn units(&self, units: usize) -> impl Iterator<Item = usize> + use<'a> {
        let (id, count) = self.place();
        let own = if units == count { id..id + 1 } else { 0..0 };
        let claimed = self.worker.filter(|_| units > count).map(|(worker, tickets)| worker.claim(tickets, units, 1));
        own.chain(claimed.into_iter().flatten().flatten())
    }
}

/// How the matrices of one size are multiplied: `c = a b`.
#[derive(Debug, Clone)]
pub(crate) struct Gemm {
    tier: Tier,
    m: usize,
    n: usize,
    k: usize,
    packs_a: bool,
    packs_b: bool,
    /// `b` comes packed.
    has_panels: bool,
}

/// The matrices of a product: `a` `[m, k]`, `b` `[k, n]`, and the dense `c` `[m, n]`.
#[derive(Clone, Copy)]
pub(crate) struct Operands {
    pub a: Strided,
    pub b: Strided,
    pub c: *mut f32,
}

impl Gemm {
    pub fn new(tier: Tier, (m, n, k): (usize, usize, usize), transpose_a: bool, order_of_b: Order) -> Self {
        // Rows of b are read where they lie unless a panel is read often: then long rows, whose neighbours lie in the same few
        // sets of the cache, cost more than a copy. Elements of a may lie anywhere, for the same price.
        let has_panels = order_of_b == Order::Panels;
        let packs_b = order_of_b == Order::Columns || (order_of_b == Order::Rows && m >= 128 && n >= 256);
        let packs_a = if transpose_a { n >= 256 && k >= 128 } else { n >= 256 && k >= 512 };
        Self { tier, m, n, k, packs_a, packs_b, has_panels }
    }

    /// The floats of scratch memory that so many threads need for [`Gemm::run`].
    pub fn scratch(&self, threads: usize) -> usize {
        self.scratch_of_a() + threads * self.scratch_of_b()
    }

    /// All threads use it together.
    pub fn scratch_of_a(&self) -> usize {
        if self.packs_a { (self.m * self.k).next_multiple_of(16) } else { 0 }
    }

    /// Each thread has its own.
    fn scratch_of_b(&self) -> usize {
        let width = self.tier.kernels().width();
        let panels = self.block_panels().min(self.n.div_ceil(width));
        if self.packs_b { panels * width * self.depth() } else { 0 }
    }

    /// The most products that are added up at once.
    fn depth(&self) -> usize {
        self.k.div_ceil(self.k.div_ceil(DEPTH).max(1))
    }

    /// The panels of a block.
    fn block_panels(&self) -> usize {
        let width = self.tier.kernels().width();
        let most = if self.packs_b { PACKED / (self.depth() * width).max(1) } else { usize::MAX };
        most.clamp(1, BLOCK_COLUMNS / width)
    }

    pub fn flops(&self) -> usize {
        2 * self.m * self.n * self.k
    }

    /// Into how many rectangles so many threads cut the product: more than one for each of them if that is work enough. Then
    /// they take tickets for them.
    pub fn units(&self, count: usize) -> usize {
        if count == 1 { 1 } else { count * (self.flops() / UNIT_FLOPS / count).clamp(1, CUTS) }
    }

    /// Writes `c`, and calls `finish` with the rows and columns of every block that is complete.
    ///
    /// # Safety
    /// The machine has the tier, the matrices have the sizes, and all threads of the team call this with the same scratch memory,
    /// which nothing else uses meanwhile.
    pub unsafe fn run(
        &self,
        team: Team,
        x: Operands,
        scratch: *mut f32,
        mut finish: impl FnMut(Range<usize>, Range<usize>),
    ) {
        let &Self { tier, m, n, k, .. } = self;
        if m == 0 || n == 0 {
            return;
        }
        let kernels = tier.kernels();
        let width = kernels.width();
        let (tiles, panels) = (m.div_ceil(kernels.rows()), n.div_ceil(width));
        let (id, count) = team.place();
        let packed_b = scratch.wrapping_add(self.scratch_of_a() + id * self.scratch_of_b());
        if self.packs_a {
            // SAFETY: scratch has room for all tiles, and each is packed by one thread
            unsafe { pack_tiles(tier, x.a, (m, k), tiles, scratch, part(tiles, count, id)) };
            team.barrier();
        }
        let units = self.units(count);
        for unit in team.units(units) {
            let unit = rectangle([tiles, panels], [kernels.rows(), width], unit, units);
            // SAFETY: a rectangle is that of one thread
            unsafe { self.fill(x, [scratch, packed_b], unit, &mut finish) };
        }
    }

    /// Writes and finishes these tiles of these panels.
    ///
    /// # Safety
    /// As of [`Gemm::run`]; no other thread writes there, and what is packed is.
    unsafe fn fill(
        &self,
        x: Operands,
        [packed_a, packed_b]: [*mut f32; 2],
        (own_tiles, own_panels): (Range<usize>, Range<usize>),
        finish: &mut impl FnMut(Range<usize>, Range<usize>),
    ) {
        let &Self { tier, m, n, k, .. } = self;
        let kernels = tier.kernels();
        let width = kernels.width();
        let (tiles, steps) = (m.div_ceil(kernels.rows()), k.div_ceil(DEPTH).max(1));
        let blocks = own_tiles.len().div_ceil(BLOCK_TILES);
        let block_panels = self.block_panels();
        for step in 0..steps {
            let depth = part(k, steps, step);
            for first in own_panels.clone().step_by(block_panels) {
                let group = first..own_panels.end.min(first + block_panels);
                if self.packs_b {
                    // SAFETY: there is room for so many panels
                    unsafe { pack_block(tier, x.b, n, width, depth.clone(), group.clone(), packed_b) };
                }
                for block in 0..blocks {
                    let block = part(own_tiles.len(), blocks, block);
                    let block = own_tiles.start + block.start..own_tiles.start + block.end;
                    for panel in group.clone() {
                        let columns = panel * width..n.min((panel + 1) * width);
                        let (b, b_k) = if self.packs_b {
                            (packed_b.cast_const().wrapping_add((panel - first) * depth.len() * width), width)
                        } else if self.has_panels {
                            (x.b.data.wrapping_add((panel * k + depth.start) * width), width)
                        } else {
                            (x.b.data.wrapping_add(depth.start * x.b.row + columns.start), x.b.row)
                        };
                        let variant = kernels.variant(columns.len());
                        for rows in parts_of(m, tiles, block.clone()) {
                            let (a, a_row, a_k) = if self.packs_a {
                                let start = rows.start * k + depth.start * rows.len();
                                (packed_a.cast_const().wrapping_add(start), 1, rows.len())
                            } else {
                                let start = rows.start * x.a.row + depth.start * x.a.column;
                                (x.a.data.wrapping_add(start), x.a.row, x.a.column)
                            };
                            let tile = Tile {
                                a,
                                a_row,
                                a_k,
                                offsets: &0,
                                segments: 1,
                                depth: depth.len(),
                                b,
                                b_k,
                                c: x.c.wrapping_add(rows.start * n + columns.start),
                                c_row: n,
                                columns: columns.len(),
                                accumulate: step > 0,
                            };
                            // SAFETY: the tile lies in the matrices, and is that of one thread
                            unsafe { kernels.run_variant(rows.len(), variant, &tile) };
                        }
                    }
                    if step + 1 == steps {
                        let rows = part(m, tiles, block.start).start..part(m, tiles, block.end - 1).end;
                        finish(rows, first * width..n.min(group.end * width));
                    }
                }
            }
        }
    }
}
