use std::ops::Range;

use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::lanes::{LANES, Lanes, for_lanes, larger, load, store};
use crate::memory::input;
use crate::tier::{Tier, for_each_tier};
use crate::window::Windows;

/// The gradient of `Pool` with respect to its input. Of a maximum: `dy` of each window goes to its largest element, to the
/// first of several, and to none where all are `-Infinity` or NaN. Of a mean: each element gets `dy` over their number.
pub struct PoolGrad {
    windows: Windows,
    dy: usize,
    /// The input; none for a mean.
    x: Option<usize>,
    dx: usize,
    tier: Tier,
}

impl PoolGrad {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let is_mean = reader.int()? != 0;
        let windows = Windows::decode(reader)?;
        let dy = reader.count()?;
        let x = reader.int()?;
        let x = usize::try_from(x).ok().filter(|_| !is_mean);
        if !is_mean && x.is_none() {
            return Err(DecodeError("the gradient of a maximum needs its input".into()));
        }
        Ok(Self { windows, dy, x, dx: reader.count()?, tier: Tier::detect() })
    }

    /// Images and channels, whose gradients depend on no others: units of work are some channels of an image.
    fn block(&self, worker: &Worker) -> usize {
        let channels = self.windows.channels;
        if self.windows.images >= 4 * worker.count { channels.max(1) } else { 4 * LANES }
    }
}

impl Op for PoolGrad {
    fn run(&self, worker: &Worker) {
        let windows = &self.windows;
        let (input_size, output_size) = (windows.input_size(), windows.output_size());
        // SAFETY: nobody writes these during this instruction
        let dy = unsafe { input::<f32>(worker, self.dy, windows.images * output_size) };
        let x = self.x.map(|x| unsafe { input::<f32>(worker, x, windows.images * input_size) });
        let block = self.block(worker);
        let blocks = windows.channels.div_ceil(block);
        for unit in worker.share(windows.images * blocks, 1) {
            let image = unit / blocks;
            let first = unit % blocks * block;
            let channels = first..windows.channels.min(first + block);
            let dy = &dy[image * output_size..(image + 1) * output_size];
            // SAFETY: the image lies in dx, and no other thread has these channels of it
            let dx = Channels { start: unsafe { worker.slot::<f32>(self.dx).add(image * input_size) }, windows };
            match x {
                Some(x) => maximum(self.tier, windows, dy, &x[image * input_size..][..input_size], &dx, &channels),
                None => mean(self.tier, windows, dy, &dx, &channels),
            }
        }
    }
}

/// An image of which a thread writes some channels.
struct Channels<'a> {
    start: *mut f32,
    windows: &'a Windows,
}

impl Channels<'_> {
    /// Channels of a pixel. Callers take only those of their own, and of one pixel at a time.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn pixel(&self, place: usize, channels: &Range<usize>) -> &mut [f32] {
        debug_assert!(place < self.windows.y.input * self.windows.x.input && channels.end <= self.windows.channels);
        // SAFETY: within the image
        unsafe {
            let start = self.start.add(place * self.windows.channels + channels.start);
            std::slice::from_raw_parts_mut(start, channels.len())
        }
    }

    #[inline(always)]
    fn clear(&self, channels: &Range<usize>) {
        for place in 0..self.windows.y.input * self.windows.x.input {
            self.pixel(place, channels).fill(0.0);
        }
    }
}

for_each_tier! {
    fn mean(windows: &Windows, dy: &[f32], dx: &Channels, channels: &Range<usize>) {
        dx.clear(channels);
        for row in 0..windows.y.output {
            for column in 0..windows.x.output {
                let count = (windows.y.inside(row).len() * windows.x.inside(column).len()) as f32;
                let from = (row * windows.x.output + column) * windows.channels;
                let dy = &dy[from + channels.start..from + channels.end];
                windows.each_tap(row, column, |_, place| {
                    for (sum, &dy) in dx.pixel(place, channels).iter_mut().zip(dy) {
                        *sum += dy / count;
                    }
                });
            }
        }
    }
}

for_each_tier! {
    fn maximum(windows: &Windows, dy: &[f32], x: &[f32], dx: &Channels, channels: &Range<usize>) {
        let taps = [&windows.y, &windows.x].map(|axis| (axis.taps, axis.stride, axis.dilation, axis.before));
        let is_square = taps == [(2, 2, 1, 0); 2];
        let (height, width) = (windows.y.output, windows.x.output);
        if !is_square {
            dx.clear(channels);
        } else {
            // what no window reaches, at the end of odd axes
            for row in 0..windows.y.input {
                let rest = if row < 2 * height { (2 * width).min(windows.x.input) } else { 0 };
                for column in rest..windows.x.input {
                    dx.pixel(row * windows.x.input + column, channels).fill(0.0);
                }
            }
        }
        for row in 0..height {
            for column in 0..width {
                let at = (row * width + column) * windows.channels;
                let dy = &dy[at + channels.start..at + channels.end];
                let is_whole = 2 * row + 1 < windows.y.input && 2 * column + 1 < windows.x.input;
                if is_square && is_whole {
                    square(windows, 2 * (row * windows.x.input + column), dy, x, dx, channels);
                } else {
                    window(windows, [row, column], dy, x, dx, channels, is_square);
                }
            }
        }
    }
}

/// The gradient of a window of 2 × 2 pixels that shares none, from pixel `place` on.
#[inline(always)]
fn square(windows: &Windows, place: usize, dy: &[f32], x: &[f32], dx: &Channels, channels: &Range<usize>) {
    let places = [place, place + 1, place + windows.x.input, place + windows.x.input + 1];
    for_lanes!(channels.len(), channel, L => {
        let here = channels.start + channel..channels.start + channel + L;
        let mut pixels = [[0.0; L]; 4];
        let mut best: Lanes<L> = [f32::NEG_INFINITY; L];
        for i in 0..4 {
            pixels[i] = load(x, places[i] * windows.channels + here.start);
            best = larger(pixels[i], best);
        }
        let mut left = remaining(load(dy, channel), best);
        for i in 0..4 {
            store(take(&mut left, pixels[i], best), dx.pixel(places[i], &here), 0);
        }
    });
}

/// The gradient of any window, added. `is_alone`: instead of what is there.
#[inline(always)]
fn window(
    windows: &Windows,
    [row, column]: [usize; 2],
    dy: &[f32],
    x: &[f32],
    dx: &Channels,
    channels: &Range<usize>,
    is_alone: bool,
) {
    for_lanes!(channels.len(), channel, L => {
        let here = channels.start + channel..channels.start + channel + L;
        let mut best: Lanes<L> = [f32::NEG_INFINITY; L];
        windows.each_tap(row, column, |_, place| {
            best = larger(load(x, place * windows.channels + here.start), best);
        });
        let mut left = remaining(load(dy, channel), best);
        windows.each_tap(row, column, |_, place| {
            let part = take(&mut left, load(x, place * windows.channels + here.start), best);
            let target = dx.pixel(place, &here);
            for lane in 0..L {
                target[lane] = if is_alone { part[lane] } else { target[lane] + part[lane] };
            }
        });
    });
}

/// What is to be given to the first largest element: nothing where there is none.
#[inline(always)]
fn remaining<const L: usize>(dy: Lanes<L>, best: Lanes<L>) -> Lanes<L> {
    let mut left = [0.0; L];
    for lane in 0..L {
        left[lane] = if best[lane] > f32::NEG_INFINITY { dy[lane] } else { 0.0 };
    }
    left
}

/// The part for elements that are the largest, which is then gone.
#[inline(always)]
fn take<const L: usize>(left: &mut Lanes<L>, pixel: Lanes<L>, best: Lanes<L>) -> Lanes<L> {
    let mut part = [0.0; L];
    for lane in 0..L {
        let is_best = pixel[lane] == best[lane];
        part[lane] = if is_best { left[lane] } else { 0.0 };
        left[lane] = if is_best { 0.0 } else { left[lane] };
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_floats, decode, floats, noise, noisy_ints, run_all};
    use crate::window::tests::{CASES, each_pair};

    fn sizes(case: &[i32; 14]) -> (usize, usize) {
        let [n, h, w, c, _, _, oh, ow, ..] = case.map(|word| word as usize);
        (n * h * w * c, n * oh * ow * c)
    }

    fn run(tier: Tier, case: &[i32; 14], dy: &[f32], x: Option<&[f32]>) -> Vec<f32> {
        let kind = if x.is_some() { 0 } else { 1 };
        let words = [&[kind], case.as_slice(), &[0, if kind == 0 { 1 } else { -1 }, 2]].concat();
        let op = PoolGrad { tier, ..decode(&words, PoolGrad::decode) };
        let slots = run_all(&op, &[floats(dy), floats(x.unwrap_or(&[])), vec![0x7fc0_0001; sizes(case).0]]);
        as_floats(&slots[2])
    }

    /// For every element of the result: of the places in the input in its window.
    fn groups(case: &[i32; 14]) -> Vec<Vec<usize>> {
        let [_, h, w, c, _, _, oh, ow, ..] = case.map(|word| word as usize);
        let mut groups = vec![Vec::new(); sizes(case).1];
        each_pair(case, |image, output, input, _| {
            for channel in 0..c {
                groups[(image * oh * ow + output) * c + channel].push((image * h * w + input) * c + channel);
            }
        });
        groups
    }

    #[test]
    fn gradients_of_maxima_with_ties_and_nan() {
        for case in CASES {
            let (size, out_size) = sizes(&case);
            // few values, so that many are equal; some windows have no number
            let special = [f32::NAN, f32::NEG_INFINITY];
            let x: Vec<f32> = noisy_ints(size, 1, -2, 4)
                .iter()
                .map(|&x| if x < 0 { special[(-x - 1) as usize] } else { x as f32 })
                .collect();
            let dy: Vec<f32> = noisy_ints(out_size, 2, -9, 10).iter().map(|&x| x as f32).collect();
            let mut expected = vec![0.0; size];
            for (group, dy) in groups(&case).iter().zip(&dy) {
                let mut best: Option<usize> = None;
                for &place in group {
                    if x[place] > best.map_or(f32::NEG_INFINITY, |best| x[best]) {
                        best = Some(place);
                    }
                }
                if let Some(best) = best {
                    expected[best] += dy;
                }
            }
            for tier in Tier::available() {
                assert_eq!(run(tier, &case, &dy, Some(&x)), expected, "{case:?}");
            }
        }
    }

    #[test]
    fn gradients_of_means() {
        for case in CASES {
            let (size, out_size) = sizes(&case);
            let dy = noise(out_size, 3);
            let mut expected = vec![0f64; size];
            for (group, dy) in groups(&case).iter().zip(&dy) {
                for &place in group {
                    expected[place] += f64::from(*dy) / group.len() as f64;
                }
            }
            for tier in Tier::available() {
                for (ours, expected) in run(tier, &case, &dy, None).iter().zip(&expected) {
                    assert!((f64::from(*ours) - expected).abs() < 1e-6, "{case:?}: {ours} {expected}");
                }
            }
        }
    }

    #[test]
    fn a_maximum_without_its_input_is_refused() {
        let words = [&[0], CASES[0].as_slice(), &[0, -1, 2]].concat();
        assert!(PoolGrad::decode(&mut Reader::new(&words)).is_err());
    }
}
