use std::ops::Range;

/// The rows of an image that a block of outputs reads: those of the image itself, or a copy with its padding around.
///
/// Output `i` of an axis reads at `scale · i + offset`, for offsets from `least` to `least + span`.
#[derive(Debug, Clone)]
pub(crate) struct Strip {
    pub input: [usize; 2],
    channels: usize,
    pub scale: [usize; 2],
    least: [isize; 2],
    span: [usize; 2],
    /// The columns of a row of the strip.
    width: usize,
    is_copy: bool,
}

impl Strip {
    /// For `outputs` along each axis that read at these offsets, of which blocks have at most so many columns.
    pub fn new(
        input: [usize; 2],
        channels: usize,
        scale: [usize; 2],
        outputs: [usize; 2],
        offsets: [&[isize]; 2],
        block_columns: usize,
    ) -> Self {
        let least = offsets.map(|offsets| offsets.iter().copied().min().unwrap_or(0));
        let most = offsets.map(|offsets| offsets.iter().copied().max().unwrap_or(0));
        let span = [0, 1].map(|axis| (most[axis] - least[axis]) as usize);
        let lengths = [0, 1].map(|axis| (scale[axis] * outputs[axis].saturating_sub(1) + span[axis] + 1) as isize);
        let is_copy = (0..2).any(|axis| least[axis] < 0 || least[axis] + lengths[axis] > input[axis] as isize);
        let of_block = scale[1] * block_columns.saturating_sub(1) + span[1] + 1;
        let width = if is_copy { of_block } else { input[1] };
        Self { input, channels, scale, least, span, width, is_copy }
    }

    /// The elements of an image.
    pub fn image_size(&self) -> usize {
        self.input[0] * self.input[1] * self.channels
    }

    /// From one row of the strip to the next, in elements.
    pub fn row(&self) -> usize {
        self.width * self.channels
    }

    /// Where the output at the first row and column of the strip reads at these offsets.
    pub fn offset(&self, row: isize, column: isize) -> usize {
        (row - self.least[0]) as usize * self.row() + (column - self.least[1]) as usize * self.channels
    }

    /// The floats of scratch memory that so many rows of outputs need.
    pub fn scratch(&self, rows: usize) -> usize {
        if self.is_copy { self.rows(rows) * self.row() } else { 0 }
    }

    fn rows(&self, outputs: usize) -> usize {
        self.scale[0] * outputs.saturating_sub(1) + self.span[0] + 1
    }

    /// The strip of these rows of outputs, and of a block of columns from `column` on.
    ///
    /// # Safety
    /// `image` has the size of the input, and `scratch` that of [`Strip::scratch`].
    pub unsafe fn view(&self, image: *const f32, rows: Range<usize>, column: usize, scratch: *mut f32) -> *const f32 {
        let [height, width] = self.input.map(|length| length as isize);
        let top = (self.scale[0] * rows.start) as isize + self.least[0];
        let left = (self.scale[1] * column) as isize + self.least[1];
        let channels = self.channels;
        if !self.is_copy {
            return image.wrapping_add((top * width + left) as usize * channels);
        }
        let inside = left.clamp(0, width)..(left + self.width as isize).clamp(0, width);
        let before = (inside.start - left).min(self.width as isize) as usize * channels;
        let length = (inside.end - inside.start) as usize * channels;
        for row in 0..self.rows(rows.len()) {
            let y = top + row as isize;
            // SAFETY: the row lies in the strip, and what is copied in the image
            unsafe {
                let to = scratch.add(row * self.row());
                if y < 0 || y >= height || length == 0 {
                    to.write_bytes(0, self.row());
                    continue;
                }
                to.write_bytes(0, before);
                let from = image.add((y * width + inside.start) as usize * channels);
                std::ptr::copy_nonoverlapping(from, to.add(before), length);
                to.add(before + length).write_bytes(0, self.row() - before - length);
            }
        }
        scratch
    }
}
