//! Inputs of an expression over an iteration space: where the lanes of a chunk come from.

use capas_runtime::codes::{DTYPE_BOOL, DTYPE_FLOAT32, DTYPE_UINT8};
use capas_runtime::{DecodeError, Reader};

use crate::code::error;
use crate::gather::{Strided, copy_run};

/// An operand, seen as the elements of a space in row-major order.
pub(crate) struct Input {
    pub slot: usize,
    dtype: i32,
    form: Form,
    /// Number of elements from the first to the last that is read.
    extent: usize,
}

enum Form {
    /// One element for all.
    Scalar,
    /// In memory as in the space.
    Dense,
    /// The same few elements again and again, as a bias.
    Periodic(usize),
    Strided(Strided),
}

/// Longer periods are read piecewise.
const MAX_PERIOD: usize = 2048;

impl Input {
    /// Reads `slot, dtype, strides`, of a space with these dimensions.
    pub(crate) fn decode(reader: &mut Reader, dims: &[usize]) -> Result<Self, DecodeError> {
        let (slot, dtype) = (reader.count()?, reader.int()?);
        let strides = reader.counts(dims.len())?;
        Self::new(slot, dtype, dims, &strides)
    }

    pub(crate) fn new(slot: usize, dtype: i32, dims: &[usize], strides: &[usize]) -> Result<Self, DecodeError> {
        if !(DTYPE_FLOAT32..=DTYPE_UINT8).contains(&dtype) {
            return Err(error(format!("unknown dtype {dtype}")));
        }
        let strided = Strided::new(dims, strides)?;
        let extent = strided.extent();
        let form = match (strided.dims(), strided.strides()) {
            ([], _) | ([_], [0]) => Form::Scalar,
            ([_], [1]) => Form::Dense,
            ([_, period], [0, 1]) if *period <= MAX_PERIOD => Form::Periodic(*period),
            _ => Form::Strided(strided),
        };
        Ok(Self { slot, dtype, form, extent })
    }

    fn is_bytes(&self) -> bool {
        self.dtype >= DTYPE_BOOL
    }

    /// Whether its lanes lie in memory as in the space, so that they may be overwritten one by one.
    pub(crate) fn is_dense(&self) -> bool {
        matches!(self.form, Form::Dense) && !self.is_bytes()
    }

    /// The bytes from `base` that are read.
    pub(crate) fn bytes(&self, base: *const u8) -> std::ops::Range<usize> {
        base.addr()..base.addr() + self.extent * if self.is_bytes() { 1 } else { 4 }
    }

    /// Lanes of a buffer that [`Input::prepare`] and [`Input::lanes`] need for chunks of a size.
    pub(crate) fn buffer(&self, chunk: usize) -> usize {
        match self.form {
            Form::Dense if !self.is_bytes() => 0,
            Form::Periodic(period) => chunk + period,
            _ => chunk,
        }
    }

    /// Fills the buffer, where it is the same for all chunks.
    ///
    /// # Safety
    /// `base` is the first element, `buffer` has as many lanes as asked for.
    pub(crate) unsafe fn prepare(&self, base: *const u8, buffer: *mut u32, chunk: usize) {
        // SAFETY: as the caller says
        unsafe {
            match self.form {
                Form::Scalar => self.copy(base, 0, 0, chunk, buffer),
                Form::Periodic(period) => {
                    self.copy(base, 0, 1, period, buffer);
                    let mut filled = period;
                    while filled < chunk + period {
                        let more = filled.min(chunk + period - filled);
                        buffer.add(filled).copy_from_nonoverlapping(buffer, more);
                        filled += more;
                    }
                }
                _ => {}
            }
        }
    }

    /// The `n` lanes from an element of the space on, in memory or in the buffer.
    ///
    /// # Safety
    /// As for [`Input::prepare`], which was called before; the space has these elements, and `n` is at most the chunk.
    #[inline]
    pub(crate) unsafe fn lanes(&self, base: *const u8, buffer: *mut u32, start: usize, n: usize) -> *mut u32 {
        // SAFETY: as the caller says
        unsafe {
            match &self.form {
                Form::Scalar => buffer,
                Form::Periodic(period) => buffer.add(start % period),
                Form::Dense if !self.is_bytes() => base.cast::<u32>().add(start).cast_mut(),
                Form::Dense => {
                    self.copy(base, start, 1, n, buffer);
                    buffer
                }
                Form::Strided(strided) => {
                    if !self.is_bytes() {
                        if let Some(at) = strided.dense_run(start, n) {
                            return base.cast::<u32>().add(at).cast_mut();
                        }
                        strided.gather(base.cast::<u32>(), start, n, buffer);
                    } else {
                        strided.gather(base, start, n, buffer);
                    }
                    buffer
                }
            }
        }
    }

    /// # Safety
    /// As for [`copy_run`].
    unsafe fn copy(&self, base: *const u8, from: usize, stride: usize, n: usize, to: *mut u32) {
        // SAFETY: as the caller says
        unsafe {
            if self.is_bytes() {
                copy_run(base.add(from), stride, n, to);
            } else {
                copy_run(base.cast::<u32>().add(from), stride, n, to);
            }
        }
    }
}
