use std::ops::Range;

use capas_runtime::{DecodeError, Worker};

/// The first `count` elements of a slot, to read.
///
/// # Safety
/// The slot has so many elements of type `T`, and no thread writes to them while the result is used.
pub(crate) unsafe fn input<'a, T>(worker: &Worker<'a>, slot: usize, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise
    unsafe { std::slice::from_raw_parts(worker.slot(slot), count) }
}

/// Elements of a slot that this thread alone writes.
///
/// # Safety
/// The slot has these elements, and no other thread reads or writes them while the result is used.
pub(crate) unsafe fn output<'a, T>(worker: &Worker<'a>, slot: usize, range: Range<usize>) -> &'a mut [T] {
    if range.is_empty() {
        return &mut [];
    }
    // SAFETY: the caller's promise
    unsafe { std::slice::from_raw_parts_mut(worker.slot::<T>(slot).add(range.start), range.len()) }
}

/// How elements are moved that nobody looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Byte,
    Word,
}

impl Width {
    pub fn of_bytes(bytes: usize) -> Result<Self, DecodeError> {
        match bytes {
            1 => Ok(Self::Byte),
            4 => Ok(Self::Word),
            _ => Err(DecodeError(format!("expected elements of 1 or 4 bytes, received {bytes}"))),
        }
    }

    pub fn bytes(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Word => 4,
        }
    }
}

/// The parts of rows, all of one length, that are a thread's share of all their elements: in order, each with the number
/// of its row and the places within the row.
pub(crate) struct Pieces {
    row: usize,
    column: usize,
    left: usize,
    length: usize,
}

impl Pieces {
    /// Shares are cut at multiples of `grain` elements.
    pub fn of(worker: &Worker, rows: usize, length: usize, grain: usize) -> Self {
        let share = worker.share(rows * length, grain);
        let length = length.max(1);
        Self { row: share.start / length, column: share.start % length, left: share.len(), length }
    }
}

impl Iterator for Pieces {
    type Item = (usize, Range<usize>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let end = self.length.min(self.column + self.left);
        let piece = (self.row, self.column..end);
        self.left -= end - self.column;
        self.row += 1;
        self.column = 0;
        Some(piece)
    }
}
