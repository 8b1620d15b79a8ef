//! Reductions whose results lie one after another, as the gradient of a bias.

use std::ops::Range;

use capas_runtime::Worker;

use super::{BLOCK, Reduce};
use crate::feed::Feed;

/// How the rows and columns are cut.
struct Cut {
    /// Columns of a tile.
    width: usize,
    tiles: usize,
    /// Rows of a block.
    height: usize,
    blocks: usize,
    /// Rows that are added side by side, so that narrow ones fill vectors.
    fold: usize,
}

impl Reduce {
    fn cut(&self) -> Cut {
        let width = self.kept.clamp(1, self.program.chunk());
        let fold = if width == self.kept { side_by_side(width, self.program.chunk()) } else { 1 };
        let height = (BLOCK / width / fold).max(1) * fold;
        Cut { width, tiles: self.kept.div_ceil(width), height, blocks: self.reduced.div_ceil(height), fold }
    }

    pub(super) fn column_scratch(&self) -> usize {
        let Cut { blocks, width, tiles, .. } = self.cut();
        if blocks > 1 { blocks * tiles * width } else { 0 }
    }

    pub(super) fn run_columns(&self, worker: &Worker) {
        let cut = self.cut();
        let share = worker.share(cut.tiles * cut.blocks, 1);
        let at_once = if cut.tiles == 1 { self.program.chunk() / (cut.width * cut.fold) * cut.fold } else { 1 };
        Feed::run(&self.program, &self.inputs, worker, cut.width * at_once, |feed| {
            let mut sums = [self.fold.identity; 1024];
            for unit in share {
                let (tile, block) = (unit / cut.blocks, unit % cut.blocks);
                let columns = tile * cut.width..((tile + 1) * cut.width).min(self.kept);
                let rows = block * cut.height..((block + 1) * cut.height).min(self.reduced);
                let sums = &mut sums[..columns.len() * cut.fold];
                sums.fill(self.fold.identity);
                match self.lanes_in_memory(worker, &rows, &columns) {
                    // SAFETY: the machine has the tier
                    Some(lanes) if cut.fold == 1 => unsafe { (self.fold.columns)(lanes, self.kept, sums) },
                    _ => self.sum_columns(feed, rows, columns.clone(), at_once, sums),
                }
                // SAFETY: the unit is in this thread's share
                unsafe {
                    if cut.blocks == 1 {
                        self.store(worker, columns.start, &sums[..columns.len()]);
                    } else {
                        let to = worker.scratch::<u64>().add(unit * cut.width);
                        to.copy_from_nonoverlapping(sums.as_ptr(), columns.len());
                    }
                }
            }
        });
        if cut.blocks > 1 {
            self.combine(worker, cut.blocks, cut.width);
        }
    }

    /// The sums of some rows for each column, at the start of `sums`, which may hold several rows side by side.
    fn sum_columns(
        &self,
        feed: &mut Feed,
        rows: Range<usize>,
        columns: Range<usize>,
        at_once: usize,
        sums: &mut [u64],
    ) {
        for row in rows.clone().step_by(at_once) {
            let n = at_once.min(rows.end - row) * columns.len();
            // SAFETY: the space has these elements; several rows are whole
            unsafe {
                feed.compute(row * self.kept + columns.start, n);
                (self.fold.columns)(feed.result(n), sums.len(), sums);
            }
        }
        let (first, others) = sums.split_at_mut(columns.len());
        for other in others.chunks(columns.len()) {
            // SAFETY: the machine has the tier
            unsafe { (self.fold.merge)(first, other) };
        }
    }

    /// The elements of a part, if they are those of an input: from the first to the last, with the other columns between.
    fn lanes_in_memory(&self, worker: &Worker, rows: &Range<usize>, columns: &Range<usize>) -> Option<&[u32]> {
        let input = self.inputs.get(self.program.outputs[0]).filter(|input| input.is_dense())?;
        let (from, n) = (rows.start * self.kept + columns.start, (rows.len() - 1) * self.kept + columns.len());
        // SAFETY: the input has the elements, and nobody writes them meanwhile
        Some(unsafe { std::slice::from_raw_parts(worker.slot::<u32>(input.slot).add(from), n) })
    }
}

/// How many rows of a width fill vectors of 16 lanes without a rest, if they fit into a chunk.
fn side_by_side(width: usize, chunk: usize) -> usize {
    let whole = 16 >> width.trailing_zeros().min(4);
    let twice = if width * whole < 32 { 32 / (width * whole) } else { 1 };
    if width * whole * twice <= chunk { whole * twice } else { 1 }
}
