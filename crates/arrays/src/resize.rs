use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};

/// Images `[n, h, w, c]` of 32-bit elements in another size: the nearest pixel, or float32 interpolated between the four
/// around each place, in float64.
pub struct Resize {
    is_bilinear: bool,
    images: usize,
    channels: usize,
    height: usize,
    width: usize,
    rows: Vec<Mix>,
    columns: Vec<Mix>,
    x: usize,
    out: usize,
}

/// How a row (or column) of the result is mixed: `share` of `high`, the rest of `low`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mix {
    low: usize,
    high: usize,
    share: f64,
}

impl Resize {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let is_bilinear = reader.int()? != 0;
        let (images, height, width, channels) = (reader.count()?, reader.count()?, reader.count()?, reader.count()?);
        let (rows, columns) = (reader.count()?, reader.count()?);
        let (align_corners, half_pixel_centers) = (reader.int()? != 0, reader.int()? != 0);
        if height == 0 || width == 0 {
            return Err(DecodeError("images without pixels cannot be resized".into()));
        }
        let axis = |from, to| {
            let scale = Scale::new(from, to, align_corners, half_pixel_centers);
            (0..to).map(|place| if is_bilinear { scale.between(place) } else { scale.nearest(place) }).collect()
        };
        Ok(Self {
            is_bilinear,
            images,
            channels,
            height,
            width,
            rows: axis(height, rows),
            columns: axis(width, columns),
            x: reader.count()?,
            out: reader.count()?,
        })
    }

    fn pick(&self, worker: &Worker) {
        let channels = self.channels;
        self.each_pixel(worker, |x: &[u32], [line, _], _, column, pixel: &mut [u32]| {
            pixel.copy_from_slice(&x[(line + column.low) * channels..][..channels]);
        });
    }

    fn interpolate(&self, worker: &Worker) {
        let channels = self.channels;
        self.each_pixel(worker, |x: &[f32], [top, bottom], row, column, pixel: &mut [f32]| {
            let corner = |line: usize, column: usize| &x[(line + column) * channels..][..channels];
            let (upper_left, upper_right) = (corner(top, column.low), corner(top, column.high));
            let (lower_left, lower_right) = (corner(bottom, column.low), corner(bottom, column.high));
            for channel in 0..channels {
                let upper = mix(upper_left[channel].into(), upper_right[channel].into(), column.share);
                let lower = mix(lower_left[channel].into(), lower_right[channel].into(), column.share);
                pixel[channel] = mix(upper, lower, row.share) as f32;
            }
        });
    }

    /// Calls `fill(x, lines, row, column, pixel)` for each pixel of this thread's share; `lines`: the first pixels of the
    /// two rows of `x` that the row mixes.
    fn each_pixel<T>(&self, worker: &Worker, fill: impl Fn(&[T], [usize; 2], &Mix, &Mix, &mut [T])) {
        let line = self.columns.len() * self.channels;
        let share = worker.share(self.images * self.rows.len(), 1);
        if line == 0 {
            return;
        }
        // SAFETY: nobody writes x during this instruction; shares are disjoint
        let x = unsafe { input::<T>(worker, self.x, self.images * self.height * self.width * self.channels) };
        let out = unsafe { output::<T>(worker, self.out, share.start * line..share.end * line) };
        for (at, pixels) in share.zip(out.chunks_exact_mut(line)) {
            let (image, row) = (at / self.rows.len(), &self.rows[at % self.rows.len()]);
            let lines = [row.low, row.high].map(|row| (image * self.height + row) * self.width);
            for (column, pixel) in self.columns.iter().zip(pixels.chunks_exact_mut(self.channels)) {
                fill(x, lines, row, column, pixel);
            }
        }
    }
}

impl Op for Resize {
    fn run(&self, worker: &Worker) {
        if self.is_bilinear { self.interpolate(worker) } else { self.pick(worker) }
    }
}

fn mix(a: f64, b: f64, share: f64) -> f64 {
    a + (b - a) * share
}

/// Where places of one axis lie on another, by the rules of TensorFlow and tfjs.
struct Scale {
    from: usize,
    factor: f64,
    align_corners: bool,
    half_pixel_centers: bool,
}

impl Scale {
    fn new(from: usize, to: usize, align_corners: bool, half_pixel_centers: bool) -> Self {
        let factor =
            if align_corners && to > 1 { (from - 1) as f64 / (to - 1) as f64 } else { from as f64 / to as f64 };
        Self { from, factor, align_corners, half_pixel_centers }
    }

    fn position(&self, place: usize) -> f64 {
        self.factor * if self.half_pixel_centers { place as f64 + 0.5 } else { place as f64 }
    }

    fn nearest(&self, place: usize) -> Mix {
        let position = self.position(place);
        // halves are rounded up, as by JavaScript
        let is_upper = self.align_corners && position - position.floor() >= 0.5;
        let nearest = (position as usize + usize::from(is_upper)).min(self.from - 1);
        Mix { low: nearest, high: nearest, share: 0.0 }
    }

    fn between(&self, place: usize) -> Mix {
        let position = self.position(place) - if self.half_pixel_centers { 0.5 } else { 0.0 };
        let low = position.floor().max(0.0);
        let high = position.ceil().clamp(0.0, (self.from - 1) as f64);
        Mix { low: low as usize, high: high as usize, share: position - low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_floats, decode, floats, noise, run_all};

    fn run(kind: i32, dims: [i32; 4], size: [i32; 2], flags: [i32; 2], x: &[f32]) -> Vec<f32> {
        let words = [&[kind], dims.as_slice(), &size, &flags, &[0, 1]].concat();
        let count = (dims[0] * size[0] * size[1] * dims[3]) as usize;
        as_floats(&run_all(&decode(&words, Resize::decode), &[floats(x), vec![1; count]])[1])
    }

    #[test]
    fn by_hand_in_one_row() {
        let x = [0.0, 10.0, 20.0, 30.0];
        let row = |kind, columns, flags| run(kind, [1, 1, 4, 1], [1, columns], flags, &x);
        assert_eq!(row(1, 8, [0, 0]), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 30.0]);
        assert_eq!(row(1, 7, [1, 0]), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
        // half pixels: the places -0.25, 0.25, ...
        assert_eq!(row(1, 8, [0, 1]), [0.0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30.0]);
        assert_eq!(row(0, 8, [0, 0]), [0.0, 0.0, 10.0, 10.0, 20.0, 20.0, 30.0, 30.0]);
        assert_eq!(row(0, 2, [0, 1]), [10.0, 30.0]);
        // 0, 1.5, 3: halves go up
        assert_eq!(row(0, 3, [1, 0]), [0.0, 20.0, 30.0]);
    }

    #[test]
    fn images_of_odd_shapes() {
        for (dims, size) in [
            ([2, 5, 7, 3], [9, 4]),
            ([1, 3, 3, 20], [6, 6]),
            ([2, 4, 6, 1], [2, 3]),
            ([0, 2, 2, 1], [3, 3]),
            ([1, 2, 2, 0], [3, 3]),
            ([1, 1, 1, 2], [1, 4]),
        ] {
            let [n, h, w, c] = dims.map(|dim| dim as usize);
            let x = noise(n * h * w * c, 1);
            for flags in [[0, 0], [1, 0], [0, 1]] {
                let place = |from: usize, to: i32, at: usize, shift: f64| {
                    let scale = if flags[0] == 1 && to > 1 {
                        (from as f64 - 1.0) / f64::from(to - 1)
                    } else {
                        from as f64 / f64::from(to)
                    };
                    if flags[1] == 1 { scale * (at as f64 + 0.5) + shift } else { scale * at as f64 }
                };
                let (mut nearest, mut linear) = (Vec::new(), Vec::new());
                for image in 0..n {
                    let at = |y: f64, x_: f64, channel: usize| {
                        let (y, x_) = (y.clamp(0.0, h as f64 - 1.0), x_.clamp(0.0, w as f64 - 1.0));
                        x[((image * h + y as usize) * w + x_ as usize) * c + channel]
                    };
                    for i in 0..size[0] as usize * size[1] as usize {
                        let (row, column) = (i / size[1] as usize, i % size[1] as usize);
                        for channel in 0..c {
                            let round = |at: f64| if flags[0] == 1 { (at + 0.5).floor() } else { at.floor() };
                            let (y, x_) = (place(h, size[0], row, 0.0), place(w, size[1], column, 0.0));
                            nearest.push(at(round(y), round(x_), channel));
                            let (y, x_) = (place(h, size[0], row, -0.5), place(w, size[1], column, -0.5));
                            let (fy, fx) = (y - y.floor().max(0.0), x_ - x_.floor().max(0.0));
                            let side = |y: f64| {
                                let (a, b) = (at(y, x_.floor(), channel), at(y, x_.ceil(), channel));
                                f64::from(a) + (f64::from(b) - f64::from(a)) * fx
                            };
                            linear.push((side(y.floor()) + (side(y.ceil()) - side(y.floor())) * fy) as f32);
                        }
                    }
                }
                assert_eq!(run(0, dims, size, flags, &x), nearest, "{dims:?} {size:?} {flags:?}");
                assert_eq!(run(1, dims, size, flags, &x), linear, "{dims:?} {size:?} {flags:?}");
            }
        }
    }

    #[test]
    fn images_without_pixels_are_refused() {
        assert!(Resize::decode(&mut Reader::new(&[0, 1, 0, 2, 1, 2, 2, 0, 0, 0, 1])).is_err());
    }
}
