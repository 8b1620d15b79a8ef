use std::ops::Range;

use capas_runtime::Worker;

use crate::pack::{Order, Strided, pack_block, pack_tiles};
use crate::simd::{Tier, Tile};
use crate::split::{part, parts_of, rectangle};

/// Products that are added up before they are added to the sum: keeps long sums exact, and what a panel needs in the caches.
const DEPTH: usize = 320;
/// The tiles of rows that pass over one panel before the next: what they need of `a` stays in the second cache.
const BLOCK_TILES: usize = 8;

/// The columns of a block that is finished at once: long rows are finished faster.
const BLOCK_COLUMNS: usize = 512;
/// The floats of `b` that are packed at once: they stay in the second cache.
const PACKED: usize = 1 << 16;

/// The threads that compute a product together: one of how many this is.
#[derive(Clone, Copy)]
pub(crate) struct Team {
    id: usize,
    count: usize,
}

impl Team {
    pub fn all(worker: &Worker) -> Self {
        Self { id: worker.id, count: worker.count }
    }

    pub fn alone() -> Self {
        Self { id: 0, count: 1 }
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

/// The matrices of a product: `a` `[m, k]`, `b` `[k, n]`, and `c` `[m, n]`.
#[derive(Clone, Copy)]
pub(crate) struct Operands {
    pub a: Strided,
    pub b: Strided,
    pub c: *mut f32,
    /// From one row of `c` to the next.
    pub c_row: usize,
    /// Whether the product is added to `c`.
    pub adds: bool,
}

impl Gemm {
    pub fn new(tier: Tier, (m, n, k): (usize, usize, usize), transpose_a: bool, order_of_b: Order) -> Self {
        // Rows of b are read where they lie unless a panel is read often: then long rows, whose neighbours lie in the same few
        // sets of the cache, cost more than a copy. Rows of a may lie anywhere, for the same price; columns share cache lines.
        let has_panels = order_of_b == Order::Panels;
        let packs_b = order_of_b == Order::Columns || (order_of_b == Order::Rows && m >= 128 && n >= 256);
        let packs_a = transpose_a && n >= 256 && k >= 128;
        Self { tier, m, n, k, packs_a, packs_b, has_panels }
    }

    /// The same for so many rows of `a`.
    pub fn of_rows(&self, m: usize) -> Self {
        Self { m, ..*self }
    }

    /// The floats of scratch memory that so many threads need for [`Gemm::run`].
    pub fn scratch(&self, threads: usize) -> usize {
        threads * (self.scratch_of_a(threads) + self.scratch_of_b())
    }

    /// The rows of the largest rectangle.
    fn scratch_of_a(&self, threads: usize) -> usize {
        if !self.packs_a {
            return 0;
        }
        let rows_of = |id| self.rows_of(&self.rectangle(Team { id, count: threads }).0).len();
        let most = (0..threads).map(rows_of).max();
        (most.unwrap_or(0) * self.depth()).next_multiple_of(16)
    }

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
        if self.m == 0 || self.n == 0 {
            return;
        }
        let (of_a, of_b) = (self.scratch_of_a(team.count), self.scratch_of_b());
        let packed_a = scratch.wrapping_add(team.id * (of_a + of_b));
        // SAFETY: a rectangle is that of one thread
        unsafe { self.fill(x, [packed_a, packed_a.wrapping_add(of_a)], self.rectangle(team), &mut finish) };
    }

    fn tiles(&self) -> usize {
        self.m.div_ceil(self.tier.kernels().rows())
    }

    /// The tiles of rows and the panels of a thread. It packs what it needs of both operands: what another core has packed would
    /// cost more to read. And it has one rectangle, as each makes it pack anew.
    fn rectangle(&self, Team { id, count }: Team) -> (Range<usize>, Range<usize>) {
        let kernels = self.tier.kernels();
        let grid = [self.tiles(), self.n.div_ceil(kernels.width())];
        rectangle(grid, [kernels.rows(), kernels.width()], id, count)
    }

    /// The rows of some tiles.
    fn rows_of(&self, tiles: &Range<usize>) -> Range<usize> {
        self.m * tiles.start / self.tiles()..self.m * tiles.end / self.tiles()
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
        let (tiles, steps) = (self.tiles(), k.div_ceil(DEPTH).max(1));
        let first_row = self.rows_of(&own_tiles).start;
        let blocks = own_tiles.len().div_ceil(BLOCK_TILES);
        let block_panels = self.block_panels();
        for step in 0..steps {
            let depth = part(k, steps, step);
            if self.packs_a {
                // SAFETY: there is room for so many tiles
                unsafe { pack_tiles(tier, x.a, m, tiles, depth.clone(), own_tiles.clone(), packed_a) };
            }
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
                                let start = (rows.start - first_row) * depth.len();
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
                                c: x.c.wrapping_add(rows.start * x.c_row + columns.start),
                                c_row: x.c_row,
                                columns: columns.len(),
                                accumulate: x.adds || step > 0,
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
