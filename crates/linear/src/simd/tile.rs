use super::{LINE, Simd, prefetch};

/// A few rows of a product, small enough for the registers: `c[i, j] = Σ a[i, k] b[k, j]`.
///
/// `k` runs over segments of `depth` each. In `a` a segment starts at its offset, while the rows of `b` go on: so the rows of
/// a convolution's window are segments.
pub(crate) struct Tile {
    pub a: *const f32,
    /// From one `i` to the next, and from one `k` to the next.
    pub a_row: usize,
    pub a_k: usize,
    /// Where each segment starts in `a`.
    pub offsets: *const usize,
    pub segments: usize,
    pub depth: usize,
    pub b: *const f32,
    pub b_k: usize,
    pub c: *mut f32,
    pub c_row: usize,
    pub columns: usize,
    /// Adds to `c` instead of writing it.
    pub accumulate: bool,
}

/// The vectors of a row of a tile.
const VECTORS: usize = 2;

type Kernel = unsafe fn(&Tile);

/// The kernels of an instruction set, one for each number of rows. For every element they add up in the same order.
pub(crate) struct Kernels {
    pub lanes: usize,
    /// For each number of rows: one vector and two, each with a last vector in part and in full.
    pub table: &'static [[Kernel; 4]],
}

impl Kernels {
    /// The most rows of a tile.
    #[inline]
    pub fn rows(&self) -> usize {
        self.table.len()
    }

    /// The most columns of a tile.
    #[inline]
    pub fn width(&self) -> usize {
        VECTORS * self.lanes
    }

    /// Which kernels tiles of so many columns need.
    #[inline]
    pub fn variant(&self, columns: usize) -> usize {
        let is_full = columns.is_multiple_of(self.lanes);
        (columns.div_ceil(self.lanes) - 1) * 2 + usize::from(is_full)
    }

    /// # Safety
    /// The machine has the instruction set, `1 ≤ rows ≤ self.rows()`, `1 ≤ columns ≤ self.width()`, and the tile lies within
    /// its matrices, of which `c` overlaps none.
    #[inline]
    pub unsafe fn run(&self, rows: usize, tile: &Tile) {
        // SAFETY: the caller's
        unsafe { self.run_variant(rows, self.variant(tile.columns), tile) }
    }

    /// As [`Kernels::run`], for who has the [`Kernels::variant`] of many tiles.
    ///
    /// # Safety
    /// As of [`Kernels::run`]; it is the variant of the columns.
    #[inline]
    pub unsafe fn run_variant(&self, rows: usize, variant: usize, tile: &Tile) {
        // SAFETY: the caller's
        unsafe { self.table[rows - 1][variant](tile) }
    }
}

/// # Safety
/// As of [`Kernels::run`], with `(V - 1) LANES < columns ≤ V LANES`, and `columns = V LANES` if `FULL`.
#[inline(always)]
pub(crate) unsafe fn tile<S: Simd, const ROWS: usize, const V: usize, const FULL: bool>(tile: &Tile) {
    // SAFETY: the caller's
    unsafe {
        let rest = tile.columns - (V - 1) * S::LANES;
        // what is read or written last comes while the products are added up
        for i in 0..ROWS {
            for column in (0..V * S::LANES).step_by(LINE) {
                prefetch(tile.c.wrapping_add(i * tile.c_row + column));
            }
        }
        let mut sums = [[S::zero(); V]; ROWS];
        let mut b = tile.b;
        for segment in 0..tile.segments {
            let mut a = tile.a.add(*tile.offsets.add(segment));
            for _ in 0..tile.depth {
                let mut row = [S::zero(); V];
                for (v, vector) in row.iter_mut().enumerate() {
                    let from = b.add(v * S::LANES);
                    *vector = if FULL || v + 1 < V { S::load(from) } else { S::load_first(from, rest) };
                }
                for (i, sums) in sums.iter_mut().enumerate() {
                    let x = S::splat(a.add(i * tile.a_row));
                    for (sum, y) in sums.iter_mut().zip(row) {
                        *sum = S::multiply_add(x, y, *sum);
                    }
                }
                a = a.add(tile.a_k);
                b = b.add(tile.b_k);
            }
        }
        for (i, sums) in sums.into_iter().enumerate() {
            for (v, sum) in sums.into_iter().enumerate() {
                let to = tile.c.add(i * tile.c_row + v * S::LANES);
                if FULL || v + 1 < V {
                    S::store(to, if tile.accumulate { S::add(S::load(to), sum) } else { sum });
                } else {
                    let total = if tile.accumulate { S::add(S::load_first(to, rest), sum) } else { sum };
                    S::store_first(to, rest, total);
                }
            }
        }
    }
}

/// The table of kernels of an instruction set, for these numbers of rows: 1, 2, …
macro_rules! kernels {
    ($set:ident, [$($feature:literal),*], $($rows:literal)*) => {
        pub(crate) static KERNELS: $crate::simd::Kernels = {
            use $crate::simd::tile::{tile, Tile};

            $(#[target_feature(enable = $feature)])*
            unsafe fn kernel<const ROWS: usize, const V: usize, const FULL: bool>(x: &Tile) {
                // SAFETY: the caller's
                unsafe { tile::<$set, ROWS, V, FULL>(x) }
            }

            $crate::simd::Kernels {
                lanes: <$set as $crate::simd::Simd>::LANES,
                table: &[$([
                    kernel::<$rows, 1, false>,
                    kernel::<$rows, 1, true>,
                    kernel::<$rows, 2, false>,
                    kernel::<$rows, 2, true>,
                ]),*],
            }
        };
    };
}

pub(crate) use kernels;
