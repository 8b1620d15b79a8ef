use std::ops::Range;

use capas_runtime::{DecodeError, Reader, Worker};

/// An axis of `length` between others: `[outer, length, inner]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    pub outer: usize,
    pub length: usize,
    pub inner: usize,
}

/// Elements side by side that are worked on together.
pub(crate) const BLOCK: usize = 64;

impl Rows {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self { outer: reader.count()?, length: reader.count()?, inner: reader.count()? })
    }

    pub fn total(&self) -> usize {
        self.outer * self.length * self.inner
    }

    /// A thread's share: of each outer place some of the inner ones, at most [`BLOCK`].
    pub fn blocks(&self, worker: &Worker) -> impl Iterator<Item = (usize, Range<usize>)> + use<> {
        let (inner, blocks) = (self.inner, self.inner.div_ceil(BLOCK));
        worker.share(self.outer * blocks, 1).map(move |unit| {
            let first = unit % blocks * BLOCK;
            (unit / blocks, first..inner.min(first + BLOCK))
        })
    }
}
