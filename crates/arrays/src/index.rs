use capas_runtime::{DecodeError, Reader, Worker};

use crate::memory::input;

/// An index as a place on an axis of this length. `None` if it lies outside, which fails the run.
#[inline]
pub(crate) fn require_index(worker: &Worker, who: &str, index: i32, length: usize) -> Option<usize> {
    let place = usize::try_from(index).ok().filter(|&place| place < length);
    if place.is_none() {
        let last = length as isize - 1;
        worker.fail(format!("{who}: `indices` must be from 0 to {last}. Received: {index}."));
    }
    place
}

/// Indices `[count, depth]` that name slices along the first `depth` axes.
pub(crate) struct Places {
    pub count: usize,
    dims: Vec<usize>,
}

impl Places {
    /// Reads `count, depth, dims[depth]`.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let count = reader.count()?;
        let depth = reader.count()?;
        Ok(Self { count, dims: reader.counts(depth)? })
    }

    /// How many slices there are.
    pub fn total(&self) -> usize {
        self.dims.iter().product()
    }

    /// The indices in a slot.
    ///
    /// # Safety
    /// As for [`input`].
    pub unsafe fn indices<'a>(&self, worker: &Worker<'a>, slot: usize) -> &'a [i32] {
        // SAFETY: the caller's promise
        unsafe { input(worker, slot, self.count * self.dims.len()) }
    }

    /// The number of the slice that a row of the indices names. `None` if one lies outside, which fails the run.
    #[inline]
    pub fn place(&self, worker: &Worker, who: &str, indices: &[i32], row: usize) -> Option<usize> {
        let depth = self.dims.len();
        let mut place = 0;
        for (&index, &dim) in indices[row * depth..(row + 1) * depth].iter().zip(&self.dims) {
            place = place * dim + require_index(worker, who, index, dim)?;
        }
        Some(place)
    }
}
