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

for_each_tier! {
    /// Fills rows of the result, from row `first` of all images on.
    pub(crate) fn correlate(plan: &Correlation, source: &[f32], filter: &[f32], out: &mut [f32], first: usize) {
        for (i, line) in out.chunks_exact_mut(plan.row_size()).enumerate() {
            let (image, row) = ((first + i) / plan.rows(), (first + i) % plan.rows());
            let source = &source[image * plan.source_size..][..plan.source_size];
            for run in &plan.runs {
                if plan.multiplier == 1 {
                    single(plan, &plan.rows[row], run, source, filter, line);
                } else {
                    multiple(plan, &plan.rows[row], run, source, filter, line);
                }
            }
        }
    }
}

/// Pixels that are made together, with one read of the filter.
const PIXELS: usize = 4;

#[inline(always)]
fn single(plan: &Correlation, rows: &[Tap], run: &Run, source: &[f32], filter: &[f32], line: &mut [f32]) {
    let whole = run.count - run.count % PIXELS;
    for i in (0..whole).step_by(PIXELS) {
        for_lanes!(plan.channels, channel, L => pixels::<PIXELS, L>(plan, rows, run, i, channel, source, filter, line));
    }
    for i in whole..run.count {
        for_lanes!(plan.channels, channel, L => pixels::<1, L>(plan, rows, run, i, channel, source, filter, line));
    }
}

/// `L` channels of the pixels `i` to `i + P - 1` of a run.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn pixels<const P: usize, const L: usize>(
    plan: &Correlation,
    rows: &[Tap],
    run: &Run,
    i: usize,
    channel: usize,
    source: &[f32],
    filter: &[f32],
    line: &mut [f32],
) {
    let channels = plan.channels;
    let mut sums: [Lanes<L>; P] = [[0.0; L]; P];
    for &(tap_y, y) in rows {
        for &(tap_x, x) in &run.taps {
            let weights: Lanes<L> = load(filter, (tap_y * plan.filter_width + tap_x) * channels + channel);
            let from = (y * plan.source_width + x + i * run.source_step) * channels + channel;
            for (p, sum) in sums.iter_mut().enumerate() {
                let pixel: Lanes<L> = load(source, from + p * run.source_step * channels);
                for lane in 0..L {
                    sum[lane] += pixel[lane] * weights[lane];
                }
            }
        }
    }
    for (p, sum) in sums.into_iter().enumerate() {
        store(sum, line, (run.first + (i + p) * run.step) * channels + channel);
    }
}

/// Several filters for each channel.
#[inline(always)]
fn multiple(plan: &Correlation, rows: &[Tap], run: &Run, source: &[f32], filter: &[f32], line: &mut [f32]) {
    let (channels, multiplier) = (plan.channels, plan.multiplier);
    let filters = channels * multiplier;
    let (source_channels, out_channels) = if plan.is_forward { (channels, filters) } else { (filters, channels) };
    for i in 0..run.count {
        let pixel = &mut line[(run.first + i * run.step) * out_channels..][..out_channels];
        pixel.fill(0.0);
        for &(tap_y, y) in rows {
            for &(tap_x, x) in &run.taps {
                let weights = &filter[(tap_y * plan.filter_width + tap_x) * filters..][..filters];
                let source = &source[(y * plan.source_width + x + i * run.source_step) * source_channels..];
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
}
