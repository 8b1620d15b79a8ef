//! What is done to the elements of a product before they are left alone.

use std::ops::Range;

use capas_runtime::codes::*;
use capas_runtime::{DecodeError, Reader, Worker};

use crate::code::{Code, error};
use crate::gather::copy_run;
use crate::machine::Machine;
use crate::program::Program;
use crate::tier::Tier;

/// An input beside the product.
struct Extra {
    slot: usize,
    dtype: i32,
    /// From one matrix to the next along each axis before rows and columns.
    strides: Vec<usize>,
    row_stride: usize,
    col_stride: usize,
}

/// An expression of the product and other inputs, computed in place on a block of a matrix.
pub struct Epilogue {
    extras: Vec<Extra>,
    program: Program,
    /// Whether the last step may write where the product lies.
    writes_in_place: bool,
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
        Self::decode_of(reader, 0, tier)
    }

    /// As [`Epilogue::decode`], of matrices that follow each other along so many axes: of an extra these strides come first.
    pub fn decode_of(reader: &mut Reader, axes: usize, tier: Tier) -> Result<Option<Self>, DecodeError> {
        let count = reader.count()?;
        let mut extras = Vec::new();
        for _ in 0..count {
            let (slot, dtype) = (reader.count()?, reader.int()?);
            if !(DTYPE_FLOAT32..=DTYPE_UINT8).contains(&dtype) {
                return Err(error(format!("unknown dtype {dtype}")));
            }
            let strides = reader.counts(axes)?;
            extras.push(Extra { slot, dtype, strides, row_stride: reader.count()?, col_stride: reader.count()? });
        }
        let result = reader.count()?;
        let code = Code::decode(reader)?;
        if code.is_empty() && count == 0 {
            return Ok(None);
        }
        let program = Program::new(&code, 1 + count, &[result], tier)?;
        let output = program.outputs[0];
        if output == 0 {
            return Ok(None);
        }
        let writes_in_place = output > count && program.may_overwrite(output, 0);
        Ok(Some(Self { extras, program, writes_in_place }))
    }

    /// Computes the block whose element (`rows.start`, `cols.start`) is at `block`, in place. Rows are `ld` elements apart.
    ///
    /// # Safety
    /// Nothing else reads or writes the block meanwhile, and the extras have all of its rows and columns.
    pub unsafe fn apply(&self, worker: &Worker, block: *mut f32, ld: usize, rows: Range<usize>, cols: Range<usize>) {
        // SAFETY: the caller's
        unsafe { self.apply_to(worker, &[], block, ld, rows, cols) }
    }

    /// As [`Epilogue::apply`], for the matrix with these indices.
    ///
    /// # Safety
    /// As for [`Epilogue::apply`].
    pub unsafe fn apply_to(
        &self,
        worker: &Worker,
        matrix: &[usize],
        block: *mut f32,
        ld: usize,
        rows: Range<usize>,
        cols: Range<usize>,
    ) {
        if rows.is_empty() || cols.is_empty() {
            return;
        }
        let width = cols.len().min(CHUNK);
        let height = if width == cols.len() { (CHUNK / width).min(rows.len()) } else { 1 };
        self.program.with_machine(width * height, (1 + self.extras.len()) * CHUNK, |machine| {
            for col in cols.clone().step_by(width) {
                let cols_of_tile = col..cols.end.min(col + width);
                for row in rows.clone().step_by(height) {
                    let at = block.wrapping_add((row - rows.start) * ld + col - cols.start);
                    let is_first = row == rows.start;
                    let (rows, cols) = (row..rows.end.min(row + height), cols_of_tile.clone());
                    let tile = Tile { matrix, at: at.cast(), ld, rows, cols };
                    // SAFETY: the tile is a part of the block, of at most `width * height` elements
                    unsafe { self.apply_to_tile(worker, machine, &tile, is_first) };
                }
            }
        });
    }

    /// Computes a tile, of which the first one of its columns has loaded what is the same for all rows.
    ///
    /// # Safety
    /// As for [`Epilogue::apply`]; the tile has at most the elements of a chunk.
    unsafe fn apply_to_tile(&self, worker: &Worker, machine: &mut Machine, tile: &Tile, is_first: bool) {
        let n = tile.rows.len() * tile.cols.len();
        let (buffers, output) = (machine.extra(), self.program.outputs[0]);
        // SAFETY: there is a buffer of a chunk for the product and each extra; the rest as the caller says
        unsafe {
            for (i, extra) in self.extras.iter().enumerate() {
                let base = worker.slot::<u8>(extra.slot);
                machine.place(1 + i, extra.lanes(base, tile, buffers.add((1 + i) * CHUNK), is_first));
            }
            let product = if tile.is_dense() { tile.at } else { tile.load(buffers) };
            machine.place(0, product);
            if tile.is_dense() && self.writes_in_place {
                machine.place(output, tile.at);
                machine.run(n);
            } else {
                machine.run(n);
                tile.store(machine.lanes(output));
            }
        }
    }
}

/// A part of a matrix, with the numbers of its rows and columns.
struct Tile<'a> {
    /// The indices of the matrix.
    matrix: &'a [usize],
    at: *mut u32,
    ld: usize,
    rows: Range<usize>,
    cols: Range<usize>,
}

impl Tile<'_> {
    /// Whether its elements lie one after another.
    fn is_dense(&self) -> bool {
        self.rows.len() == 1 || self.ld == self.cols.len()
    }

    /// # Safety
    /// `to` has room for the elements.
    unsafe fn load(&self, to: *mut u32) -> *mut u32 {
        let width = self.cols.len();
        for i in 0..self.rows.len() {
            // SAFETY: as the caller says
            unsafe { copy_run(self.at.add(i * self.ld), 1, width, to.add(i * width)) };
        }
        to
    }

    /// # Safety
    /// `from` has the elements, and does not overlap them.
    unsafe fn store(&self, from: *const u32) {
        let width = self.cols.len();
        for i in 0..self.rows.len() {
            // SAFETY: as the caller says
            unsafe { copy_run(from.add(i * width), 1, width, self.at.add(i * self.ld)) };
        }
    }
}

impl Extra {
    /// The elements of a tile, in memory or in the buffer.
    ///
    /// # Safety
    /// The slot at `base` has the elements, and the buffer room for them. If this is not the first tile of these columns,
    /// the buffer is as the first left it.
    unsafe fn lanes(&self, base: *const u8, tile: &Tile, buffer: *mut u32, is_first: bool) -> *mut u32 {
        let width = tile.cols.len();
        let is_byte = self.dtype >= DTYPE_BOOL;
        let start: usize = tile.matrix.iter().zip(&self.strides).map(|(index, stride)| index * stride).sum();
        let from = |row: usize| start + row * self.row_stride + tile.cols.start * self.col_stride;
        let is_dense = self.col_stride == 1 && (tile.rows.len() == 1 || self.row_stride == width);
        if is_dense && !is_byte {
            return base.cast::<u32>().wrapping_add(from(tile.rows.start)).cast_mut();
        }
        if self.row_stride == 0 && !is_first {
            return buffer;
        }
        for (i, row) in tile.rows.clone().enumerate() {
            let to = buffer.wrapping_add(i * width);
            // SAFETY: as the caller says
            unsafe {
                if is_byte {
                    copy_run(base.add(from(row)), self.col_stride, width, to);
                } else {
                    copy_run(base.cast::<u32>().add(from(row)), self.col_stride, width, to);
                }
            }
        }
        buffer
    }
}
