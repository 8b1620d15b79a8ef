use std::ops::Range;

use capas_runtime::codes::{ORDER_COLUMNS, ORDER_PANELS, ORDER_ROWS};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::simd::Tier;
use crate::split::{part, parts_of};

/// How the elements of the right matrix of a product lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Rows,
    Columns,
    /// As [`Pack`] puts them.
    Panels,
}

impl Order {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        match reader.int()? {
            ORDER_ROWS => Ok(Self::Rows),
            ORDER_COLUMNS => Ok(Self::Columns),
            ORDER_PANELS => Ok(Self::Panels),
            order => Err(DecodeError(format!("there is no order {order}"))),
        }
    }
}

/// Puts a matrix `[k, n]` into panels, for products that meet it often.
pub struct Pack {
    tier: Tier,
    k: usize,
    n: usize,
    is_transposed: bool,
    slot: usize,
    out_slot: usize,
}

impl Pack {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// For one of the instruction sets that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let (k, n) = (reader.count()?, reader.count()?);
        let is_transposed = Order::decode(reader)? == Order::Columns;
        Ok(Self { tier, k, n, is_transposed, slot: reader.count()?, out_slot: reader.count()? })
    }
}

impl Op for Pack {
    fn run(&self, worker: &Worker) {
        let &Self { tier, k, n, .. } = self;
        let (row, column) = if self.is_transposed { (1, k) } else { (n, 1) };
        let b = Strided { data: worker.slot::<f32>(self.slot), row, column };
        let width = tier.kernels().width();
        // SAFETY: the plan says that the slots have these sizes, the second that of whole panels
        unsafe { pack_panels(tier, b, (k, n), width, worker.slot(self.out_slot), (worker.id, worker.count)) };
    }
}

/// Elements at `data + i · row + j · column`.
#[derive(Clone, Copy)]
pub(crate) struct Strided {
    pub data: *const f32,
    pub row: usize,
    pub column: usize,
}

impl Strided {
    /// # Safety
    /// The element lies within the matrix.
    #[inline]
    pub unsafe fn at(self, i: usize, j: usize) -> *const f32 {
        // SAFETY: the caller's
        unsafe { self.data.add(i * self.row + j * self.column) }
    }

    pub fn transposed(self) -> Self {
        Self { row: self.column, column: self.row, ..self }
    }
}

/// Writes `to[i · to_row + j] = from[i, j]`.
///
/// # Safety
/// The machine has the tier; both matrices have `rows × columns` elements and do not overlap.
pub(crate) unsafe fn copy(tier: Tier, from: Strided, rows: usize, columns: usize, to: *mut f32, to_row: usize) {
    // SAFETY: the caller's
    unsafe {
        if from.column == 1 {
            for i in 0..rows {
                copy_row(from.at(i, 0), to.add(i * to_row), columns);
            }
            return;
        }
        let (whole_rows, whole_columns) =
            if from.row == 1 && has_blocks(tier) { (rows - rows % BLOCK, columns - columns % BLOCK) } else { (0, 0) };
        for i in (0..whole_rows).step_by(BLOCK) {
            for j in (0..whole_columns).step_by(BLOCK) {
                transpose_block(from.at(i, j), from.column, to.add(i * to_row + j), to_row);
            }
        }
        for i in 0..rows {
            let done = if i < whole_rows { whole_columns } else { 0 };
            for j in done..columns {
                *to.add(i * to_row + j) = *from.at(i, j);
            }
        }
    }
}

/// Copies floats that lie side by side: as many as panels and tiles have without a call.
///
/// # Safety
/// Both have so many floats, and do not overlap.
#[inline(always)]
unsafe fn copy_row(from: *const f32, to: *mut f32, columns: usize) {
    // SAFETY: the caller's
    unsafe {
        match columns {
            32 => to.cast::<[f32; 32]>().write_unaligned(from.cast::<[f32; 32]>().read_unaligned()),
            16 => to.cast::<[f32; 16]>().write_unaligned(from.cast::<[f32; 16]>().read_unaligned()),
            8..16 => {
                to.cast::<[f32; 8]>().write_unaligned(from.cast::<[f32; 8]>().read_unaligned());
                let last = columns - 8;
                to.add(last).cast::<[f32; 8]>().write_unaligned(from.add(last).cast::<[f32; 8]>().read_unaligned());
            }
            4..8 => {
                to.cast::<[f32; 4]>().write_unaligned(from.cast::<[f32; 4]>().read_unaligned());
                let last = columns - 4;
                to.add(last).cast::<[f32; 4]>().write_unaligned(from.add(last).cast::<[f32; 4]>().read_unaligned());
            }
            0..4 => (0..columns).for_each(|i| *to.add(i) = *from.add(i)),
            _ => to.copy_from_nonoverlapping(from, columns),
        }
    }
}

/// The side of the blocks that are transposed in registers.
const BLOCK: usize = 8;

fn has_blocks(tier: Tier) -> bool {
    cfg!(target_arch = "x86_64") && tier != Tier::Portable
}

#[cfg(not(target_arch = "x86_64"))]
unsafe fn transpose_block(_: *const f32, _: usize, _: *mut f32, _: usize) {
    unreachable!("only where has_blocks says so")
}

/// Writes the rows of an 8 × 8 block as columns.
///
/// # Safety
/// The machine has AVX; both blocks lie in their matrices.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
unsafe fn transpose_block(from: *const f32, from_row: usize, to: *mut f32, to_row: usize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller's
    let rows: [__m256; BLOCK] = std::array::from_fn(|i| unsafe { _mm256_loadu_ps(from.add(i * from_row)) });
    let pairs: [__m256; BLOCK] = std::array::from_fn(|i| {
        let (a, b) = (rows[i / 2 * 2], rows[i / 2 * 2 + 1]);
        if i % 2 == 0 { _mm256_unpacklo_ps(a, b) } else { _mm256_unpackhi_ps(a, b) }
    });
    let fours: [__m256; BLOCK] = std::array::from_fn(|i| {
        let (a, b) = (pairs[i / 4 * 4 + i % 4 / 2], pairs[i / 4 * 4 + i % 4 / 2 + 2]);
        if i % 2 == 0 { _mm256_shuffle_ps::<0x44>(a, b) } else { _mm256_shuffle_ps::<0xee>(a, b) }
    });
    for i in 0..BLOCK / 2 {
        let (a, b) = (fours[i], fours[i + BLOCK / 2]);
        // SAFETY: the caller's
        unsafe {
            _mm256_storeu_ps(to.add(i * to_row), _mm256_permute2f128_ps::<0x20>(a, b));
            _mm256_storeu_ps(to.add((i + BLOCK / 2) * to_row), _mm256_permute2f128_ps::<0x31>(a, b));
        }
    }
}

/// Packs this share of the panels of `b` `[k, n]`, each of `width` columns: row after row, `width` floats apart.
///
/// # Safety
/// As of [`copy`]; `to` has room for all panels.
pub(crate) unsafe fn pack_panels(
    tier: Tier,
    b: Strided,
    (k, n): (usize, usize),
    width: usize,
    to: *mut f32,
    (id, count): (usize, usize),
) {
    let panels = n.div_ceil(width);
    // long panels are cut, so that a single one keeps all threads busy
    let cuts = if panels < count { count } else { 1 };
    for piece in part(panels * cuts, count, id) {
        let (panel, rows) = (piece / cuts, part(k, cuts, piece % cuts));
        let (first, columns) = (panel * width, width.min(n - panel * width));
        // SAFETY: the caller's
        unsafe {
            let from = Strided { data: b.at(rows.start, first), ..b };
            copy(tier, from, rows.len(), columns, to.add((panel * k + rows.start) * width), width);
        }
    }
}

/// Packs these rows of some panels of `b`, one panel after the other.
///
/// # Safety
/// As of [`copy`]; `to` has room for them.
pub(crate) unsafe fn pack_block(
    tier: Tier,
    b: Strided,
    n: usize,
    width: usize,
    rows: Range<usize>,
    panels: Range<usize>,
    to: *mut f32,
) {
    // the rows of a matrix are read as they lie
    let height = if b.column == 1 { 1 } else { rows.len() };
    for row in rows.clone().step_by(height.max(1)) {
        for (i, panel) in panels.clone().enumerate() {
            let columns = width.min(n - panel * width);
            // SAFETY: the caller's
            unsafe {
                let from = Strided { data: b.at(row, panel * width), ..b };
                let start = i * rows.len() + row - rows.start;
                copy(tier, from, height, columns, to.add(start * width), width);
            }
        }
    }
}

/// Packs these columns of the rows of `a`, `m` of them cut into `tiles` of equal size: of each tile of a share one column after
/// the other.
///
/// # Safety
/// As of [`copy`]; `to` has room for them.
pub(crate) unsafe fn pack_tiles(
    tier: Tier,
    a: Strided,
    m: usize,
    tiles: usize,
    columns: Range<usize>,
    share: Range<usize>,
    to: *mut f32,
) {
    let first = m * share.start / tiles;
    let to = |rows: &Range<usize>| to.wrapping_add((rows.start - first) * columns.len());
    if a.row != 1 {
        for rows in parts_of(m, tiles, share) {
            // SAFETY: the caller's
            unsafe {
                let from = Strided { data: a.at(rows.start, columns.start), ..a }.transposed();
                copy(tier, from, columns.len(), rows.len(), to(&rows), rows.len());
            }
        }
        return;
    }
    // what lies side by side is read at once, for several tiles
    for group in share.clone().step_by(GROUP) {
        let tiles: Vec<_> = parts_of(m, tiles, group..share.end.min(group + GROUP)).collect();
        for (i, column) in columns.clone().enumerate() {
            for rows in &tiles {
                // SAFETY: the caller's
                unsafe { copy_row(a.at(rows.start, column), to(rows).add(i * rows.len()), rows.len()) };
            }
        }
    }
}

/// The tiles that are packed at once: their rows are some cache lines.
const GROUP: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_transposes_any_size() {
        for &tier in Tier::available() {
            for (rows, columns) in [(1, 1), (8, 8), (16, 9), (7, 33), (24, 40), (0, 3)] {
                let data: Vec<f32> = (0..rows * columns).map(|i| i as f32).collect();
                for (row, column) in [(columns, 1), (1, rows)] {
                    let from = Strided { data: data.as_ptr(), row, column };
                    let mut to = vec![-1.0; rows * (columns + 2)];
                    // SAFETY: the sizes are those of the vectors
                    unsafe { copy(tier, from, rows, columns, to.as_mut_ptr(), columns + 2) };
                    for i in 0..rows {
                        for j in 0..columns + 2 {
                            let expected = if j < columns { data[i * row + j * column] } else { -1.0 };
                            assert_eq!(to[i * (columns + 2) + j], expected);
                        }
                    }
                }
            }
        }
    }
}
