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

    /// As [`Output::store`], past the caches where there is a way: what is larger than they are need not be read to be written.
    /// Other threads see it after [`finish_streams`].
    ///
    /// # Safety
    /// As for [`Output::store`]; the elements are lanes, and the first one lies at a multiple of 16 bytes.
    pub(crate) unsafe fn stream(&self, base: *mut u8, start: usize, lanes: *const u32, n: usize) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as the caller says; chunks begin at a multiple of 16 lanes
        unsafe {
            use std::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_stream_si128};
            let (to, whole) = (base.cast::<u32>().add(start), n - n % 4);
            for i in (0..whole).step_by(4) {
                _mm_stream_si128(to.add(i).cast::<__m128i>(), _mm_loadu_si128(lanes.add(i).cast()));
            }
            to.add(whole).copy_from_nonoverlapping(lanes.add(whole), n - whole);
        }
        #[cfg(not(target_arch = "x86_64"))]
        // SAFETY: as the caller says
        unsafe {
            self.store(base, start, lanes, n);
        }
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

/// Waits until what was streamed is in memory.
pub(crate) fn finish_streams() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 machine has it
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}

fn narrow(from: &[u32], to: &mut [u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from as u8;
    }
}
