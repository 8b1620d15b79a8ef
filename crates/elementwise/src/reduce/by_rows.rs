//! Reductions whose elements lie one after another.

use capas_runtime::Worker;

use super::{BLOCK, RESULTS, Reduce};
use crate::feed::Feed;

impl Reduce {
    fn blocks_of_row(&self) -> usize {
        self.reduced.div_ceil(BLOCK)
    }

    pub(super) fn row_scratch(&self) -> usize {
        if self.blocks_of_row() > 1 { self.kept * self.blocks_of_row() } else { 0 }
    }

    pub(super) fn run_rows(&self, worker: &Worker) {
        let chunk = self.program.chunk();
        if self.reduced <= chunk {
            self.run_short_rows(worker, chunk);
        } else {
            self.run_long_rows(worker, chunk);
        }
    }

    /// Several rows in a chunk.
    fn run_short_rows(&self, worker: &Worker, chunk: usize) {
        let at_once = chunk / self.reduced;
        let share = worker.share(self.kept, at_once);
        if share.is_empty() {
            return;
        }
        Feed::run(&self.program, &self.inputs, worker, at_once.min(share.len()) * self.reduced, |feed| {
            let mut sums = [0; 1024];
            // the results of several chunks are stored together
            let stored = at_once * RESULTS.div_ceil(at_once).min(1024 / at_once);
            for first in share.clone().step_by(stored) {
                let sums = &mut sums[..stored.min(share.end - first)];
                sums.fill(self.fold.identity);
                for (i, sums) in sums.chunks_mut(at_once).enumerate() {
                    let n = sums.len() * self.reduced;
                    // SAFETY: the space has these rows; the machine has the tier
                    unsafe {
                        feed.compute((first + i * at_once) * self.reduced, n);
                        (self.fold.rows)(feed.result(n), self.reduced, sums);
                    }
                }
                // SAFETY: the rows are in this thread's share
                unsafe { self.store(worker, first, sums) };
            }
        });
    }

    /// Several chunks in a row; long ones in blocks, which threads share.
    fn run_long_rows(&self, worker: &Worker, chunk: usize) {
        let blocks = self.blocks_of_row();
        let share = worker.share(self.kept * blocks, 1);
        Feed::run(&self.program, &self.inputs, worker, chunk, |feed| {
            for unit in share {
                let (row, block) = (unit / blocks, unit % blocks);
                let end = ((block + 1) * BLOCK).min(self.reduced);
                let mut sum = [self.fold.identity];
                for start in (block * BLOCK..end).step_by(chunk) {
                    let n = chunk.min(end - start);
                    // SAFETY: the space has these elements
                    unsafe {
                        feed.compute(row * self.reduced + start, n);
                        (self.fold.rows)(feed.result(n), n, &mut sum);
                    }
                }
                // SAFETY: the row, or the unit, is in this thread's share
                unsafe {
                    if blocks == 1 {
                        self.store(worker, row, &sum);
                    } else {
                        worker.scratch::<u64>().add(unit).write(sum[0]);
                    }
                }
            }
        });
        if blocks > 1 {
            self.combine(worker, blocks, 1);
        }
    }
}
