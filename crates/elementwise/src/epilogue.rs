//! What is done to the elements of a product before they are left alone.

use std::ops::Range;

use capas_runtime::codes::*;
use capas_runtime::{DecodeError, Reader, Worker};

use crate::code::{Code, error};
use crate::program::Program;
use crate::tier::Tier;

/// An input beside the product.
struct Extra {
    slot: usize,
    dtype: i32,
    row_stride: usize,
    col_stride: usize,
}

/// An expression of the product and other inputs, computed in place on a block of a matrix.
pub struct Epilogue {
    extras: Vec<Extra>,
    program: Program,
}

/// Lanes of a chunk.
const CHUNK: usize = 512;

impl Epilogue {
    /// Reads `nExtras, nExtras × [slot, dtype, rowStride, colStride], resultRegister, code`; `None` if it does nothing.
    ///
    /// # Errors
    /// The code is malformed, see [`Code::decode`].
    pub fn decode(reader: &mut Reader) -> Result<Option<Self>, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// As [`Epilogue::decode`], for a tier that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Option<Self>, DecodeError> {
        let count = reader.count()?;
        let mut extras = Vec::new();
        for _ in 0..count {
            let (slot, dtype) = (reader.count()?, reader.int()?);
            if !(DTYPE_FLOAT32..=DTYPE_UINT8).contains(&dtype) {
                return Err(error(format!("unknown dtype {dtype}")));
            }
            extras.push(Extra { slot, dtype, row_stride: reader.count()?, col_stride: reader.count()? });
        }
        let result = reader.count()?;
        let code = Code::decode(reader)?;
        if code.is_empty() && count == 0 {
            return Ok(None);
        }
        let program = Program::new(&code, 1 + count, &[result], tier)?;
        Ok(Some(Self { extras, program }))
    }

    /// Computes the block whose element (`rows.start`, `cols.start`) is at `block`, in place. Rows are `ld` elements apart.
    ///
    /// # Safety
    /// Nothing else reads or writes the block meanwhile, and the extras have all of its rows and columns.
    pub unsafe fn apply(&self, worker: &Worker, block: *mut f32, ld: usize, rows: Range<usize>, cols: Range<usize>) {
        let width = cols.len().min(CHUNK);
        if width == 0 {
            return;
        }
        let height = (CHUNK / width).min(rows.len());
        self.program.with_machine(width * height, (1 + self.extras.len()) * CHUNK, |machine| {
            // SAFETY: the caller owns the block; the plan says that the extras have all of its rows and columns
            unsafe {
                let extra = machine.extra();
                for row in rows.clone().step_by(height.max(1)) {
                    let height = height.min(rows.end - row);
                    for col in cols.clone().step_by(width) {
                        let width = width.min(cols.end - col);
                        let at: *mut u32 = block.add((row - rows.start) * ld + col - cols.start).cast();
                        for i in 0..height {
                            extra.add(i * width).copy_from_nonoverlapping(at.add(i * ld), width);
                        }
                        machine.place(0, extra);
                        for (i, input) in self.extras.iter().enumerate() {
                            let lanes = extra.add((i + 1) * CHUNK);
                            input.load(worker, lanes, row..row + height, col..col + width);
                            machine.place(i + 1, lanes);
                        }
                        machine.run(width * height);
                        let result = machine.lanes(self.program.outputs[0]);
                        for i in 0..height {
                            at.add(i * ld).copy_from_nonoverlapping(result.add(i * width), width);
                        }
                    }
                }
            }
        });
    }
}

impl Extra {
    /// Loads a block, densely.
    ///
    /// # Safety
    /// The slot has the elements, and `lanes` room for them.
    unsafe fn load(&self, worker: &Worker, lanes: *mut u32, rows: Range<usize>, cols: Range<usize>) {
        let mut lanes = lanes;
        for row in rows {
            let from = row * self.row_stride + cols.start * self.col_stride;
            for i in 0..cols.len() {
                let at = from + i * self.col_stride;
                // SAFETY: as the caller says
                unsafe {
                    let bits = if self.dtype >= DTYPE_BOOL {
                        u32::from(*worker.slot::<u8>(self.slot).add(at))
                    } else {
                        *worker.slot::<u32>(self.slot).add(at)
                    };
                    lanes.write(bits);
                    lanes = lanes.add(1);
                }
            }
        }
    }
}
