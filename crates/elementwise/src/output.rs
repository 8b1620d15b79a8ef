//! Outputs: where the lanes of a chunk go.

use capas_runtime::codes::{DTYPE_BOOL, DTYPE_FLOAT32, DTYPE_UINT8};
use capas_runtime::{DecodeError, Reader};

use crate::code::error;

/// An operand that is written in row-major order.
pub(crate) struct Output {
    pub slot: usize,
    dtype: i32,
    pub register: usize,
}

impl Output {
    /// Reads `slot, dtype, register`.
    pub(crate) fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::new(reader.count()?, reader.int()?, reader.count()?)
    }

    pub(crate) fn new(slot: usize, dtype: i32, register: usize) -> Result<Self, DecodeError> {
        if !(DTYPE_FLOAT32..=DTYPE_UINT8).contains(&dtype) {
            return Err(error(format!("unknown dtype {dtype}")));
        }
        Ok(Self { slot, dtype, register })
    }

    /// Whether its elements are bytes, not lanes.
    pub(crate) fn is_bytes(&self) -> bool {
        self.dtype >= DTYPE_BOOL
    }

    /// The bytes of `n` elements from `base` on.
    pub(crate) fn bytes(&self, base: *const u8, n: usize) -> std::ops::Range<usize> {
        base.addr()..base.addr() + n * if self.is_bytes() { 1 } else { 4 }
    }

    /// Stores `n` lanes from an element on.
    ///
    /// # Safety
    /// `base` has these elements, and they do not overlap `lanes`.
    pub(crate) unsafe fn store(&self, base: *mut u8, start: usize, lanes: *const u32, n: usize) {
        // SAFETY: as the caller says
        unsafe {
            if self.is_bytes() {
                let to = std::slice::from_raw_parts_mut(base.add(start), n);
                narrow(std::slice::from_raw_parts(lanes, n), to);
            } else {
                base.cast::<u32>().add(start).copy_from_nonoverlapping(lanes, n);
            }
        }
    }
}

fn narrow(from: &[u32], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from as u8;
    }
}
