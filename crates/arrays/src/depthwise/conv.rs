use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};
use crate::tier::Tier;
use crate::window::Windows;

use super::correlation::{Correlation, correlate};

/// Each channel of images convolved with its own filters: `w` is `[height, width, channels, multiplier]`, and channel `c`
/// makes the channels `c · multiplier …` of the result.
pub struct DepthwiseConv {
    windows: Windows,
    plan: Correlation,
    x: usize,
    w: usize,
    out: usize,
    tier: Tier,
}

impl DepthwiseConv {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let windows = Windows::decode_depthwise(reader)?;
        Ok(Self {
            windows,
            plan: Correlation::forward(&windows),
            x: reader.count()?,
            w: reader.count()?,
            out: reader.count()?,
            tier: Tier::detect(),
        })
    }
}

impl Op for DepthwiseConv {
    fn run(&self, worker: &Worker) {
        let (windows, plan) = (&self.windows, &self.plan);
        let rows = worker.share(windows.images * plan.rows(), 1);
        // SAFETY: nobody writes these during this instruction; shares are disjoint
        let x = unsafe { input::<f32>(worker, self.x, windows.images * windows.input_size()) };
        let w = unsafe { input::<f32>(worker, self.w, windows.filter_size()) };
        let places = rows.start * plan.row_size()..rows.end * plan.row_size();
        let out = unsafe { output::<f32>(worker, self.out, places) };
        if !out.is_empty() {
            correlate(self.tier, plan, x, w, out, rows.start);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::{as_floats, decode, floats, noise, run_all};
    use crate::window::tests::{CASES, each_pair};

    /// Calls `visit(x, w, out)` with the places of the factors of every product, and of where it is added.
    pub(crate) fn each_product(case: &[i32; 14], multiplier: usize, mut visit: impl FnMut(usize, usize, usize)) {
        let [_, h, w, c, _, _, oh, ow, ..] = case.map(|word| word as usize);
        each_pair(case, |image, output, input, tap| {
            for (channel, m) in (0..c).flat_map(|channel| (0..multiplier).map(move |m| (channel, m))) {
                let filter = channel * multiplier + m;
                visit(
                    (image * h * w + input) * c + channel,
                    tap * c * multiplier + filter,
                    (image * oh * ow + output) * c * multiplier + filter,
                );
            }
        });
    }

    /// Elements of x, w and the result.
    pub(crate) fn sizes(case: &[i32; 14], multiplier: usize) -> [usize; 3] {
        let [n, h, w, c, kh, kw, oh, ow, ..] = case.map(|word| word as usize);
        [n * h * w * c, kh * kw * c * multiplier, n * oh * ow * c * multiplier]
    }

    pub(crate) fn words(case: &[i32; 14], multiplier: usize, slots: [i32; 3]) -> Vec<i32> {
        [&case[..6], &[multiplier as i32], &case[6..], &slots].concat()
    }

    pub(crate) fn require_close(ours: &[f32], expected: &[f64], case: &[i32; 14]) {
        assert_eq!(ours.len(), expected.len());
        for (ours, expected) in ours.iter().zip(expected) {
            assert!((f64::from(*ours) - expected).abs() < 2e-6, "{case:?}: {ours} {expected}");
        }
    }

    #[test]
    fn products_of_every_tap() {
        for (case, multiplier) in CASES.iter().flat_map(|case| [(case, 1), (case, 3)]) {
            let [x_size, w_size, size] = sizes(case, multiplier);
            let (x, w) = (noise(x_size, 1), noise(w_size, 2));
            let mut expected = vec![0f64; size];
            each_product(case, multiplier, |i, j, to| expected[to] += f64::from(x[i]) * f64::from(w[j]));
            for tier in Tier::available() {
                let op = DepthwiseConv { tier, ..decode(&words(case, multiplier, [0, 1, 2]), DepthwiseConv::decode) };
                let slots = run_all(&op, &[floats(&x), floats(&w), vec![1; size]]);
                require_close(&as_floats(&slots[2]), &expected, case);
            }
        }
    }
}
