use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::lanes::{Lanes, for_lanes, larger, load, store};
use crate::memory::{input, output};
use crate::tier::{Tier, for_each_tier};
use crate::window::Windows;

/// The maximum or the mean of each window of float32 images, by channels. Padding takes no part; neither does NaN in a
/// maximum, except in windows of one element that are the image.
pub struct Pool {
    is_mean: bool,
    windows: Windows,
    x: usize,
    out: usize,
    tier: Tier,
}

impl Pool {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self {
            is_mean: reader.int()? != 0,
            windows: Windows::decode(reader)?,
            x: reader.count()?,
            out: reader.count()?,
            tier: Tier::detect(),
        })
    }
}

impl Op for Pool {
    fn run(&self, worker: &Worker) {
        let windows = &self.windows;
        let row_size = windows.x.output * windows.channels;
        let rows = worker.share(windows.images * windows.y.output, 1);
        let places = rows.start * row_size..rows.end * row_size;
        // SAFETY: nobody writes x during this instruction; shares are disjoint
        let x = unsafe { input::<f32>(worker, self.x, windows.images * windows.input_size()) };
        let out = unsafe { output::<f32>(worker, self.out, places.clone()) };
        if out.is_empty() {
            return;
        }
        if windows.y.is_identity() && windows.x.is_identity() {
            out.copy_from_slice(&x[places]);
        } else if self.is_mean {
            means(self.tier, windows, x, out, rows.start);
        } else {
            maxima(self.tier, windows, x, out, rows.start);
        }
    }
}

for_each_tier! {
    /// Fills rows of the result, from row `first` of all images on.
    fn maxima(windows: &Windows, x: &[f32], out: &mut [f32], first: usize) {
        let channels = windows.channels;
        let line = windows.x.input * channels;
        for (row, pixels) in out.chunks_exact_mut(windows.x.output * channels).enumerate() {
            let (image, row) = ((first + row) / windows.y.output, (first + row) % windows.y.output);
            let x = &x[image * windows.input_size()..][..windows.input_size()];
            let is_pair_of_rows = windows.y.taps == 2 && windows.y.inside(row) == (0..2) && windows.x.taps == 2;
            for (column, pixel) in pixels.chunks_exact_mut(channels).enumerate() {
                if is_pair_of_rows && windows.x.inside(column) == (0..2) {
                    let top = windows.y.place(row, 0) * line + windows.x.place(column, 0) * channels;
                    let square = [0, windows.x.dilation * channels, windows.y.dilation * line,
                        windows.y.dilation * line + windows.x.dilation * channels];
                    for_lanes!(channels, channel, L => {
                        let mut best: Lanes<L> = [f32::NEG_INFINITY; L];
                        for step in square {
                            best = larger(load(x, top + step + channel), best);
                        }
                        store(best, pixel, channel);
                    });
                    continue;
                }
                pixel.fill(f32::NEG_INFINITY);
                windows.each_tap(row, column, |_, place| {
                    for (best, &value) in pixel.iter_mut().zip(&x[place * channels..]) {
                        *best = if value > *best { value } else { *best };
                    }
                });
            }
        }
    }
}

for_each_tier! {
    /// As [`maxima`]. A window of padding alone has the mean NaN.
    fn means(windows: &Windows, x: &[f32], out: &mut [f32], first: usize) {
        let channels = windows.channels;
        for (row, pixels) in out.chunks_exact_mut(windows.x.output * channels).enumerate() {
            let (image, row) = ((first + row) / windows.y.output, (first + row) % windows.y.output);
            let x = &x[image * windows.input_size()..][..windows.input_size()];
            for (column, pixel) in pixels.chunks_exact_mut(channels).enumerate() {
                pixel.fill(0.0);
                windows.each_tap(row, column, |_, place| {
                    for (sum, &value) in pixel.iter_mut().zip(&x[place * channels..]) {
                        *sum += value;
                    }
                });
                let count = (windows.y.inside(row).len() * windows.x.inside(column).len()) as f32;
                for sum in pixel.iter_mut() {
                    *sum /= count;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_floats, decode, floats, noise, run_all};
    use crate::window::tests::{CASES, each_pair};

    fn sizes(case: &[i32; 14]) -> (usize, usize) {
        let [n, h, w, c, _, _, oh, ow, ..] = case.map(|word| word as usize);
        (n * h * w * c, n * oh * ow * c)
    }

    /// For every element of the result the elements of its window.
    fn groups(case: &[i32; 14], x: &[f32]) -> Vec<Vec<f32>> {
        let (_, size) = sizes(case);
        let [_, h, w, c, _, _, oh, ow, ..] = case.map(|word| word as usize);
        let mut groups = vec![Vec::new(); size];
        each_pair(case, |image, output, input, _| {
            for channel in 0..c {
                groups[(image * oh * ow + output) * c + channel].push(x[(image * h * w + input) * c + channel]);
            }
        });
        groups
    }

    fn run(tier: Tier, kind: i32, case: &[i32; 14], x: &[f32]) -> Vec<f32> {
        let words = [&[kind], case.as_slice(), &[0, 1]].concat();
        let op = Pool { tier, ..decode(&words, Pool::decode) };
        as_floats(&run_all(&op, &[floats(x), vec![1; sizes(case).1]])[1])
    }

    #[test]
    fn maxima_of_windows() {
        for case in CASES {
            let x = noise(sizes(&case).0, 1);
            let largest = |group: &Vec<f32>| group.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let expected: Vec<f32> = groups(&case, &x).iter().map(largest).collect();
            for tier in Tier::available() {
                assert_eq!(run(tier, 0, &case, &x), expected, "{case:?}");
            }
        }
    }

    #[test]
    fn means_of_windows() {
        for case in CASES {
            let x = noise(sizes(&case).0, 2);
            for tier in Tier::available() {
                for (ours, group) in run(tier, 1, &case, &x).iter().zip(groups(&case, &x)) {
                    let mean = group.iter().map(|&x| f64::from(x)).sum::<f64>() / group.len() as f64;
                    assert!((f64::from(*ours) - mean).abs() < 2e-7, "{case:?}: {ours} {mean}");
                }
            }
        }
    }

    #[test]
    fn nan_and_padding_have_no_part() {
        let nan = f32::NAN;
        let x = [nan, 1.0, nan, f32::NEG_INFINITY, 2.0, nan, f32::NEG_INFINITY, nan];
        let case = [1, 2, 4, 1, 2, 2, 1, 2, 2, 2, 1, 1, 0, 0];
        assert_eq!(run(Tier::detect(), 0, &case, &x), [2.0, f32::NEG_INFINITY]);
        // windows of one element two apart, the first of which lie in the padding
        let case = [1, 2, 2, 1, 1, 1, 2, 2, 2, 2, 1, 1, 1, 1];
        assert_eq!(run(Tier::detect(), 0, &case, &[1.0, 2.0, 3.0, 4.0])[..3], [f32::NEG_INFINITY; 3]);
        assert!(run(Tier::detect(), 1, &case, &[1.0, 2.0, 3.0, 4.0])[0].is_nan());
        // windows that are the image keep it
        let same = [1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 0, 0];
        assert!(run(Tier::detect(), 0, &same, &[1.0, nan, 3.0, 4.0])[1].is_nan());
    }
}
