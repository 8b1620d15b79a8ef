use std::ops::Range;

use capas_runtime::{DecodeError, Reader};

/// How a window slides along one axis.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WindowAxis {
    pub input: usize,
    pub output: usize,
    /// The number of taps; neighbours are `dilation` apart.
    pub taps: usize,
    pub stride: usize,
    pub dilation: usize,
    /// The padding before the axis.
    pub before: usize,
}

impl WindowAxis {
    /// The taps of the window at `output` that lie inside the input.
    #[inline]
    pub fn inside(&self, output: usize) -> Range<usize> {
        let start = output * self.stride;
        let first = self.before.saturating_sub(start).div_ceil(self.dilation);
        let end = (self.input + self.before).saturating_sub(start).div_ceil(self.dilation);
        first..end.min(self.taps).max(first)
    }

    /// Where a tap of the window at `output` lies in the input: only for taps inside.
    #[inline]
    pub fn place(&self, output: usize, tap: usize) -> usize {
        output * self.stride + tap * self.dilation - self.before
    }

    /// The outputs of which a tap lies inside.
    pub fn outputs_of(&self, tap: usize) -> Range<usize> {
        let at = tap * self.dilation;
        let first = self.before.saturating_sub(at).div_ceil(self.stride);
        let end = (self.input + self.before).saturating_sub(at).div_ceil(self.stride);
        first..end.min(self.output).max(first)
    }

    /// Whether the window has one tap, which goes over the input as it is.
    pub fn is_identity(&self) -> bool {
        let is_in_step = self.stride == 1 || self.input <= 1;
        self.taps == 1 && self.before == 0 && self.input == self.output && is_in_step
    }
}

/// Windows over images `[images, height, width, channels]`. `multiplier`: channels of the result for each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Windows {
    pub images: usize,
    pub channels: usize,
    pub multiplier: usize,
    pub y: WindowAxis,
    pub x: WindowAxis,
}

impl Windows {
    /// Reads `n, h, w, c, kh, kw, oh, ow, strideH, strideW, dilationH, dilationW, padTop, padLeft`.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let start =
            [reader.count()?, reader.count()?, reader.count()?, reader.count()?, reader.count()?, reader.count()?];
        Self::decode_rest(reader, start, 1)
    }

    /// The same with the multiplier after the window.
    pub fn decode_depthwise(reader: &mut Reader) -> Result<Self, DecodeError> {
        let start =
            [reader.count()?, reader.count()?, reader.count()?, reader.count()?, reader.count()?, reader.count()?];
        let multiplier = reader.count()?;
        Self::decode_rest(reader, start, multiplier)
    }

    fn decode_rest(
        reader: &mut Reader,
        [images, height, width, channels, rows, columns]: [usize; 6],
        multiplier: usize,
    ) -> Result<Self, DecodeError> {
        let mut pair = || Ok::<_, DecodeError>([reader.count()?, reader.count()?]);
        let [outputs, strides, dilations, pads] = [pair()?, pair()?, pair()?, pair()?];
        if strides.contains(&0) || dilations.contains(&0) {
            return Err(DecodeError("windows have strides and dilations of at least 1".into()));
        }
        let axis = |i: usize, input, taps| WindowAxis {
            input,
            output: outputs[i],
            taps,
            stride: strides[i],
            dilation: dilations[i],
            before: pads[i],
        };
        Ok(Self { images, channels, multiplier, y: axis(0, height, rows), x: axis(1, width, columns) })
    }

    /// Elements of an image before.
    pub fn input_size(&self) -> usize {
        self.y.input * self.x.input * self.channels
    }

    /// Elements of an image after.
    pub fn output_size(&self) -> usize {
        self.y.output * self.x.output * self.channels * self.multiplier
    }

    /// Elements of a filter of each channel.
    pub fn filter_size(&self) -> usize {
        self.y.taps * self.x.taps * self.channels * self.multiplier
    }

    /// Visits the inputs of each tap inside of the window at (`row`, `column`): the number of the tap, and the place of the
    /// input, without channels. Taps come in order.
    #[inline(always)]
    pub fn each_tap(&self, row: usize, column: usize, mut visit: impl FnMut(usize, usize)) {
        let columns = self.x.inside(column);
        for tap_y in self.y.inside(row) {
            let line = self.y.place(row, tap_y) * self.x.input;
            for tap_x in columns.clone() {
                visit(tap_y * self.x.taps + tap_x, line + self.x.place(column, tap_x));
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Words of windows that are as wide as high, of odd shapes: with and without padding, strides, dilation.
    /// `n, h, w, c, kh, kw, oh, ow, strideH, strideW, dilationH, dilationW, padTop, padLeft`
    pub(crate) const CASES: [[i32; 14]; 12] = [
        [3, 6, 8, 32, 2, 2, 3, 4, 2, 2, 1, 1, 0, 0],
        [2, 7, 5, 19, 2, 2, 3, 2, 2, 2, 1, 1, 0, 0],
        [1, 13, 9, 5, 2, 2, 7, 5, 2, 2, 1, 1, 0, 0],
        [2, 6, 6, 17, 3, 3, 6, 6, 1, 1, 1, 1, 1, 1],
        [2, 9, 8, 40, 3, 3, 5, 4, 2, 2, 1, 1, 1, 0],
        [1, 9, 20, 33, 3, 2, 3, 7, 3, 3, 1, 1, 0, 1],
        [2, 9, 11, 6, 2, 3, 7, 3, 1, 2, 2, 3, 0, 0],
        [1, 1, 30, 70, 1, 4, 1, 30, 1, 1, 1, 1, 0, 1],
        [1, 2, 2, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1],
        [2, 3, 3, 4, 1, 1, 3, 3, 1, 1, 1, 1, 0, 0],
        [0, 4, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0],
        [2, 4, 4, 0, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0],
    ];

    /// The naive meaning: calls `visit(image, output, input, tap)` with places without channels.
    pub(crate) fn each_pair(words: &[i32; 14], mut visit: impl FnMut(usize, usize, usize, usize)) {
        let &[n, h, w, _, kh, kw, oh, ow, sh, sw, dh, dw, top, left] = words;
        for image in 0..n {
            for (oy, ox) in (0..oh).flat_map(|oy| (0..ow).map(move |ox| (oy, ox))) {
                for (ky, kx) in (0..kh).flat_map(|ky| (0..kw).map(move |kx| (ky, kx))) {
                    let (y, x) = (oy * sh + ky * dh - top, ox * sw + kx * dw - left);
                    if (0..h).contains(&y) && (0..w).contains(&x) {
                        visit(image as usize, (oy * ow + ox) as usize, (y * w + x) as usize, (ky * kw + kx) as usize);
                    }
                }
            }
        }
    }

    #[test]
    fn taps_inside_are_those_of_the_naive_loop() {
        for case in CASES {
            let windows = Windows::decode(&mut Reader::new(&case)).unwrap();
            let (mut ours, mut naive) = (Vec::new(), Vec::new());
            for row in 0..windows.y.output {
                for column in 0..windows.x.output {
                    let output = row * windows.x.output + column;
                    windows.each_tap(row, column, |tap, input| ours.push((output, input, tap)));
                }
            }
            each_pair(&[&[1], &case[1..]].concat().try_into().unwrap(), |_, output, input, tap| {
                naive.push((output, input, tap));
            });
            assert_eq!(ours, naive);
        }
    }

    #[test]
    fn no_step_is_refused() {
        assert!(Windows::decode(&mut Reader::new(&[1, 2, 2, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0])).is_err());
    }
}
