use std::ops::Range;

/// The rows of an image that a block of outputs reads: those of the image itself, or a copy with its padding around. A copy may
/// hold the channels in pieces, of each piece the whole block before the next one.
///
/// Output `i` of an axis reads at `scale · i + offset`, for offsets from `least` to `least + span`.
#[derive(Debug, Clone)]
pub(crate) struct Strip {
    pub input: [usize; 2],
    channels: usize,
    /// The channels of each piece, and from one pixel of a piece to the next.
    pieces: Vec<Range<usize>>,
    pitch: usize,
    /// From one piece to the next.
    piece: usize,
    pub scale: [usize; 2],
    least: [isize; 2],
    span: [usize; 2],
    /// The columns of a row of the strip.
    width: usize,
    block_columns: usize,
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
        let pieces = std::iter::once(0..channels).collect();
        Self {
            input,
            channels,
            pieces,
            pitch: channels,
            piece: 0,
            scale,
            least,
            span,
            width,
            is_copy,
            block_columns: of_block,
        }
    }

    /// The same as a copy of these pieces, for at most so many rows of outputs.
    pub fn in_pieces(mut self, pieces: Vec<Range<usize>>, rows: usize) -> Self {
        (self.is_copy, self.width) = (true, self.block_columns);
        self.pitch = pieces.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        self.piece = self.rows(rows) * self.row();
        self.pieces = pieces;
        self
    }

    pub fn pieces(&self) -> &[Range<usize>] {
        &self.pieces
    }

    /// From one piece to the next, in elements.
    pub fn piece(&self) -> usize {
        self.piece
    }

    /// From one pixel of a piece to the next.
    pub fn pitch(&self) -> usize {
        self.pitch
    }

    /// The elements of an image.
    pub fn image_size(&self) -> usize {
        self.input[0] * self.input[1] * self.channels
    }

    /// The elements of the image that come with each row of outputs.
    pub fn image_row(&self) -> usize {
        self.scale[0] * self.input[1] * self.channels
    }

    /// From one row of the strip to the next, in elements.
    pub fn row(&self) -> usize {
        self.width * self.pitch
    }

    /// Where the output at the first row and column of the strip reads at these offsets.
    pub fn offset(&self, row: isize, column: isize) -> usize {
        (row - self.least[0]) as usize * self.row() + (column - self.least[1]) as usize * self.pitch
    }

    /// The floats of scratch memory that so many rows of outputs need.
    pub fn scratch(&self, rows: usize) -> usize {
        if self.is_copy { self.pieces.len() * self.rows(rows) * self.row() } else { 0 }
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
        let before = (inside.start - left).min(self.width as isize) as usize * self.pitch;
        let count = (inside.end - inside.start) as usize;
        let after = before + count * self.pitch;
        for row in 0..self.rows(rows.len()) {
            let y = top + row as isize;
            for (piece, own) in self.pieces.iter().enumerate() {
                // SAFETY: the row lies in the strip, and what is copied in the image
                unsafe {
                    let to = scratch.add(piece * self.piece + row * self.row());
                    if y < 0 || y >= height || count == 0 {
                        to.write_bytes(0, self.row());
                        continue;
                    }
                    to.write_bytes(0, before);
                    let from = image.add((y * width + inside.start) as usize * channels + own.start);
                    copy_pixels((from, channels), (to.add(before), self.pitch), own.len(), count);
                    to.add(after).write_bytes(0, self.row() - after);
                }
            }
        }
        scratch
    }
}

/// Copies so many channels of each of `count` pixels, which lie so far apart.
///
/// # Safety
/// They lie in memory and do not overlap.
unsafe fn copy_pixels(from: (*const f32, usize), to: (*mut f32, usize), channels: usize, count: usize) {
    /// Of a number of channels that the compiler knows.
    unsafe fn copy<const N: usize>(from: (*const f32, usize), to: (*mut f32, usize), count: usize) {
        for i in 0..count {
            // SAFETY: the caller's
            unsafe {
                let pixel = from.0.add(i * from.1).cast::<[f32; N]>().read_unaligned();
                to.0.add(i * to.1).cast::<[f32; N]>().write_unaligned(pixel);
            }
        }
    }
    // SAFETY: the caller's
    unsafe {
        match channels {
            _ if from.1 == channels && to.1 == channels => to.0.copy_from_nonoverlapping(from.0, count * channels),
            4 => copy::<4>(from, to, count),
            5 => copy::<5>(from, to, count),
            6 => copy::<6>(from, to, count),
            8 => copy::<8>(from, to, count),
            9 => copy::<9>(from, to, count),
            10 => copy::<10>(from, to, count),
            11 => copy::<11>(from, to, count),
            12 => copy::<12>(from, to, count),
            13 => copy::<13>(from, to, count),
            14 => copy::<14>(from, to, count),
            _ => (0..count).for_each(|i| to.0.add(i * to.1).copy_from_nonoverlapping(from.0.add(i * from.1), channels)),
        }
    }
}
