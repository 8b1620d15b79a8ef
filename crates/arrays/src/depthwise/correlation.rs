use crate::lanes::{Lanes, for_lanes, load, store};
use crate::tier::for_each_tier;
use crate::window::Windows;

use super::runs::{Run, Tap, backward, backward_runs, forward, forward_runs};

/// How images are made from others through filters of each channel: a convolution, or its gradient with respect to the
/// input, which is one with other taps.
pub(crate) struct Correlation {
    is_forward: bool,
    channels: usize,
    multiplier: usize,
    /// For each row of the result the rows of the filter and those of the source.
    rows: Vec<Vec<Tap>>,
    runs: Vec<Run>,
    filter_width: usize,
    source_width: usize,
    source_size: usize,
    width: usize,
}

impl Correlation {
    pub fn forward(windows: &Windows) -> Self {
        Self {
            is_forward: true,
            channels: windows.channels,
            multiplier: windows.multiplier,
            rows: (0..windows.y.output).map(|row| forward(&windows.y, row)).collect(),
            runs: forward_runs(&windows.x),
            filter_width: windows.x.taps,
            source_width: windows.x.input,
            source_size: windows.input_size(),
            width: windows.x.output,
        }
    }

    pub fn backward(windows: &Windows) -> Self {
        Self {
            is_forward: false,
            channels: windows.channels,
            multiplier: windows.multiplier,
            rows: (0..windows.y.input).map(|row| backward(&windows.y, row)).collect(),
            runs: backward_runs(&windows.x),
            filter_width: windows.x.taps,
            source_width: windows.x.output,
            source_size: windows.output_size(),
            width: windows.x.input,
        }
    }

    /// Rows of an image of the result.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Elements of a row of the result.
    pub fn row_size(&self) -> usize {
        self.width * self.channels * if self.is_forward { self.multiplier } else { 1 }
    }
}

/// Where an element of the filter and one of the source begin that belong together, of the first channel.
type Factors = (usize, usize);

for_each_tier! {
    /// Fills rows of the result, from row `first` of all images on.
    pub(crate) fn correlate(plan: &Correlation, source: &[f32], filter: &[f32], out: &mut [f32], first: usize) {
        let filters = plan.channels * plan.multiplier;
        let source_channels = if plan.is_forward { plan.channels } else { filters };
        let mut factors: Vec<Factors> = Vec::new();
        for (i, line) in out.chunks_exact_mut(plan.row_size()).enumerate() {
            let (image, row) = ((first + i) / plan.rows(), (first + i) % plan.rows());
            let source = &source[image * plan.source_size..][..plan.source_size];
            for run in &plan.runs {
                factors.clear();
                for &(tap_y, y) in &plan.rows[row] {
                    for &(tap_x, x) in &run.taps {
                        let tap = (tap_y * plan.filter_width + tap_x) * filters;
                        factors.push((tap, (y * plan.source_width + x) * source_channels));
                    }
                }
                if plan.multiplier == 1 {
                    single(plan.channels, run, &factors, source, filter, line);
                } else {
                    multiple(plan, run, &factors, source, filter, line);
                }
            }
        }
    }
}

/// Pixels that are made together, with one read of the filter.
const PIXELS: usize = 4;

#[inline(always)]
fn single(channels: usize, run: &Run, factors: &[Factors], source: &[f32], filter: &[f32], line: &mut [f32]) {
    let step = run.source_step * channels;
    let whole = run.count - run.count % PIXELS;
    for i in 0..whole / PIXELS {
        let source = &source[i * PIXELS * step..];
        let out = &mut line[(run.first + i * PIXELS * run.step) * channels..];
        for_lanes!(channels, channel, L => {
            let sums = sums::<PIXELS, L>(factors, &source[channel..], step, &filter[channel..]);
            for (p, sum) in sums.into_iter().enumerate() {
                store(sum, out, p * run.step * channels + channel);
            }
        });
    }
    for i in whole..run.count {
        let source = &source[i * step..];
        let out = &mut line[(run.first + i * run.step) * channels..];
        for_lanes!(channels, channel, L => {
            let [sum] = sums::<1, L>(factors, &source[channel..], step, &filter[channel..]);
            store(sum, out, channel);
        });
    }
}

/// The first `L` channels of `P` pixels that read `step` elements apart.
#[inline(always)]
fn sums<const P: usize, const L: usize>(
    factors: &[Factors],
    source: &[f32],
    step: usize,
    filter: &[f32],
) -> [Lanes<L>; P] {
    let mut sums = [[0.0; L]; P];
    for &(tap, from) in factors {
        let weights: Lanes<L> = load(filter, tap);
        for (p, sum) in sums.iter_mut().enumerate() {
            // its check of the range also keeps the compiler from making vectors across pixels instead of channels
            let pixel: Lanes<L> = load(source, from + p * step);
            for lane in 0..L {
                sum[lane] += pixel[lane] * weights[lane];
            }
        }
    }
    sums
}

/// Several filters for each channel.
#[inline(always)]
fn multiple(plan: &Correlation, run: &Run, factors: &[Factors], source: &[f32], filter: &[f32], line: &mut [f32]) {
    let (channels, multiplier) = (plan.channels, plan.multiplier);
    let filters = channels * multiplier;
    let (source_channels, out_channels) = if plan.is_forward { (channels, filters) } else { (filters, channels) };
    for i in 0..run.count {
        let pixel = &mut line[(run.first + i * run.step) * out_channels..][..out_channels];
        pixel.fill(0.0);
        for &(tap, from) in factors {
            let weights = &filter[tap..tap + filters];
            let source = &source[from + i * run.source_step * source_channels..];
            for channel in 0..channels {
                let own = channel * multiplier..(channel + 1) * multiplier;
                if plan.is_forward {
                    for (sum, weight) in pixel[own.clone()].iter_mut().zip(&weights[own]) {
                        *sum += source[channel] * weight;
                    }
                } else {
                    for (dy, weight) in source[own.clone()].iter().zip(&weights[own]) {
                        pixel[channel] += dy * weight;
                    }
                }
            }
        }
    }
}
