use std::ops::Range;

use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::lanes::{LANES, Lanes, for_lanes, load};
use crate::memory::{input, output};
use crate::tier::{Tier, for_each_tier};
use crate::window::Windows;

/// The gradient of `DepthwiseConv` with respect to its filter: sums of rows of the outputs in float32, all else in float64.
pub struct DepthwiseFilterGrad {
    windows: Windows,
    x: usize,
    dy: usize,
    dw: usize,
    tier: Tier,
}

/// The rows of all outputs are summed in at most so many parts, whatever the number of threads.
const PARTS: usize = 16;

impl DepthwiseFilterGrad {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self {
            windows: Windows::decode_depthwise(reader)?,
            x: reader.count()?,
            dy: reader.count()?,
            dw: reader.count()?,
            tier: Tier::detect(),
        })
    }

    fn rows(&self) -> usize {
        self.windows.images * self.windows.y.output
    }

    fn parts(&self) -> usize {
        self.rows().clamp(1, PARTS)
    }

    /// The sums of a part.
    ///
    /// # Safety
    /// Only one thread writes them, and none reads them meanwhile.
    unsafe fn part<'a>(&self, worker: &Worker<'a>, part: usize) -> &'a mut [f64] {
        let size = self.windows.filter_size();
        // SAFETY: the scratch memory has so many parts; the caller's promise
        unsafe { std::slice::from_raw_parts_mut(worker.scratch::<f64>().add(part * size), size) }
    }
}

impl Op for DepthwiseFilterGrad {
    fn scratch_bytes(&self, _: usize) -> usize {
        self.parts() * self.windows.filter_size() * size_of::<f64>()
    }

    fn run(&self, worker: &Worker) {
        let windows = &self.windows;
        let (size, parts) = (windows.filter_size(), self.parts());
        if size == 0 {
            return;
        }
        // SAFETY: nobody writes these during this instruction
        let x = unsafe { input::<f32>(worker, self.x, windows.images * windows.input_size()) };
        let dy = unsafe { input::<f32>(worker, self.dy, windows.images * windows.output_size()) };
        for part in worker.share(parts, 1) {
            // SAFETY: shares are disjoint
            let sums = unsafe { self.part(worker, part) };
            sums.fill(0.0);
            let rows = self.rows() * part / parts..self.rows() * (part + 1) / parts;
            add_rows(self.tier, windows, x, dy, sums, &rows);
        }
        worker.barrier();
        let share = worker.share(size, 16);
        // SAFETY: shares are disjoint; the sums are complete
        let dw = unsafe { output::<f32>(worker, self.dw, share.clone()) };
        for (element, place) in dw.iter_mut().zip(share) {
            let sum = |part: usize| unsafe { *worker.scratch::<f64>().add(part * size + place) };
            *element = (0..parts).map(sum).sum::<f64>() as f32;
        }
    }
}

for_each_tier! {
    /// Adds the products of some rows of the outputs.
    fn add_rows(windows: &Windows, x: &[f32], dy: &[f32], sums: &mut [f64], rows: &Range<usize>) {
        let filters = windows.channels * windows.multiplier;
        let line = windows.x.output * filters;
        for at in rows.clone() {
            let (image, row) = (at / windows.y.output, at % windows.y.output);
            let x = &x[image * windows.input_size()..][..windows.input_size()];
            let dy = &dy[at * line..(at + 1) * line];
            for tap_y in windows.y.inside(row) {
                let y = windows.y.place(row, tap_y) * windows.x.input * windows.channels;
                let x = &x[y..y + windows.x.input * windows.channels];
                for tap_x in 0..windows.x.taps {
                    let sums = &mut sums[(tap_y * windows.x.taps + tap_x) * filters..][..filters];
                    if windows.multiplier == 1 {
                        add_single(windows, x, dy, sums, tap_x);
                    } else {
                        add_multiple(windows, x, dy, sums, tap_x);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn add_single(windows: &Windows, x: &[f32], dy: &[f32], sums: &mut [f64], tap: usize) {
    let channels = windows.channels;
    let columns = windows.x.outputs_of(tap);
    if columns.is_empty() {
        return;
    }
    let x = &x[windows.x.place(columns.start, tap) * channels..];
    let dy = &dy[columns.start * channels..columns.end * channels];
    let wide = channels - channels % (4 * LANES);
    for channel in (0..wide).step_by(4 * LANES) {
        add_columns::<{ 4 * LANES }, 1>(windows, x, dy, channel, &mut sums[channel..]);
    }
    for_lanes!(channels - wide, rest, L => {
        add_columns::<L, 4>(windows, x, dy, wide + rest, &mut sums[wide + rest..]);
    });
}

/// Adds the products of `L` channels of a row. Columns go to `C` sums in turn, so that additions need not wait for each
/// other.
#[inline(always)]
fn add_columns<const L: usize, const C: usize>(
    windows: &Windows,
    x: &[f32],
    dy: &[f32],
    channel: usize,
    sums: &mut [f64],
) {
    let (channels, step) = (windows.channels, windows.x.stride * windows.channels);
    let columns = dy.len() / channels;
    let mut chains: [Lanes<L>; C] = [[0.0; L]; C];
    let whole = columns - columns % C;
    for column in (0..whole).step_by(C) {
        for (i, chain) in chains.iter_mut().enumerate() {
            add_product(chain, load(x, (column + i) * step + channel), load(dy, (column + i) * channels + channel));
        }
    }
    for column in whole..columns {
        add_product(&mut chains[0], load(x, column * step + channel), load(dy, column * channels + channel));
    }
    for chain in chains {
        for (sum, part) in sums.iter_mut().zip(chain) {
            *sum += f64::from(part);
        }
    }
}

#[inline(always)]
fn add_product<const L: usize>(sums: &mut Lanes<L>, a: Lanes<L>, b: Lanes<L>) {
    for lane in 0..L {
        sums[lane] += a[lane] * b[lane];
    }
}

#[inline(always)]
fn add_multiple(windows: &Windows, x: &[f32], dy: &[f32], sums: &mut [f64], tap: usize) {
    let (channels, multiplier) = (windows.channels, windows.multiplier);
    for column in windows.x.outputs_of(tap) {
        let x = &x[windows.x.place(column, tap) * channels..][..channels];
        let dy = &dy[column * channels * multiplier..];
        for (channel, &x) in x.iter().enumerate() {
            let own = channel * multiplier..(channel + 1) * multiplier;
            for (sum, &dy) in sums[own.clone()].iter_mut().zip(&dy[own]) {
                *sum += f64::from(x) * f64::from(dy);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::conv::tests::{each_product, require_close, sizes, words};
    use super::*;
    use crate::testing::{as_floats, decode, floats, noise, run_all};
    use crate::window::tests::CASES;

    #[test]
    fn sums_over_all_outputs() {
        for (case, multiplier) in CASES.iter().flat_map(|case| [(case, 1), (case, 3)]) {
            let [x_size, size, dy_size] = sizes(case, multiplier);
            let (x, dy) = (noise(x_size, 1), noise(dy_size, 2));
            let mut expected = vec![0f64; size];
            each_product(case, multiplier, |i, to, j| expected[to] += f64::from(x[i]) * f64::from(dy[j]));
            for tier in Tier::available() {
                let decoded = decode(&words(case, multiplier, [0, 1, 2]), DepthwiseFilterGrad::decode);
                let op = DepthwiseFilterGrad { tier, ..decoded };
                let slots = run_all(&op, &[floats(&x), floats(&dy), vec![1; size]]);
                require_close(&as_floats(&slots[2]), &expected, case);
            }
        }
    }
}
