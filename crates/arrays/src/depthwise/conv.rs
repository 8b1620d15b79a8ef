use capas_elementwise::Epilogue;
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};
use crate::tier::Tier;
use crate::window::Windows;

use super::correlation::{Correlation, correlate};

/// Each channel of images convolved with its own filters: `w` is `[height, width, channels, multiplier]`, and channel `c`
/// makes the channels `c · multiplier …` of the result, which go through an epilogue.
pub struct DepthwiseConv {
    windows: Windows,
    plan: Correlation,
    x: usize,
    w: usize,
    out: usize,
    epilogue: Option<Epilogue>,
    tier: Tier,
}

/// The floats of a block of rows, which the epilogue finds in the first cache.
const BLOCK_FLOATS: usize = 4 * 1024;

impl DepthwiseConv {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let windows = Windows::decode_depthwise(reader)?;
        Ok(Self {
            windows,
            plan: Correlation::forward(&windows),
            x: reader.count()?,
            w: reader.count()?,
            out: reader.count()?,
            epilogue: Epilogue::decode(reader)?,
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
        let (row_size, channels) = (plan.row_size(), windows.channels * windows.multiplier);
        if row_size == 0 {
            return;
        }
        let block = (BLOCK_FLOATS / row_size).max(1);
        for start in rows.clone().step_by(block) {
            let end = rows.end.min(start + block);
            // SAFETY: the rows are this thread's
            let out = unsafe { output::<f32>(worker, self.out, start * row_size..end * row_size) };
            correlate(self.tier, plan, x, w, out, start);
            if let Some(epilogue) = &self.epilogue {
                let pixels = start * windows.x.output..end * windows.x.output;
                // SAFETY: the block has these rows of pixels, and is this thread's
                unsafe { epilogue.apply(worker, out.as_mut_ptr(), channels, pixels, 0..channels) };
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use capas_runtime::codes::{DTYPE_FLOAT32, FN_ADD, FN_MUL, FN_RELU};

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

    /// Words of an epilogue that does nothing.
    pub(crate) const NO_EPILOGUE: [i32; 4] = [0; 4];

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
                let words = [&words(case, multiplier, [0, 1, 2])[..], &NO_EPILOGUE].concat();
                let op = DepthwiseConv { tier, ..decode(&words, DepthwiseConv::decode) };
                let slots = run_all(&op, &[floats(&x), floats(&w), vec![1; size]]);
                require_close(&as_floats(&slots[2]), &expected, case);
            }
        }
    }

    #[test]
    fn an_epilogue_of_every_element() {
        for (case, multiplier) in CASES.iter().flat_map(|case| [(case, 1), (case, 3)]) {
            let [x_size, w_size, size] = sizes(case, multiplier);
            let filters = case[3] as usize * multiplier;
            let (x, w, bias, rest) = (noise(x_size, 1), noise(w_size, 2), noise(filters, 3), noise(size, 4));
            // relu(sum + bias of the channel) * rest of the element
            let extras = [2, 3, DTYPE_FLOAT32, 0, 1, 4, DTYPE_FLOAT32, filters as i32, 1];
            let code = [3, 4, 3, FN_ADD, 0, 3, 0, 1, 0, FN_RELU, 0, 3, 3, 0, 0, FN_MUL, 0, 3, 3, 2, 0];
            let plain = words(case, multiplier, [0, 1, 2]);
            let fused = [&plain[..], &extras, &code].concat();
            let plain = [&plain[..], &NO_EPILOGUE].concat();
            let slots = [floats(&x), floats(&w), vec![1; size], floats(&bias), floats(&rest)];
            for tier in Tier::available() {
                let run = |words: &[i32]| {
                    let op = DepthwiseConv { tier, ..decode(words, DepthwiseConv::decode) };
                    as_floats(&run_all(&op, &slots)[2])
                };
                let sums = run(&plain).into_iter().zip(&rest).enumerate();
                let expected: Vec<f32> =
                    sums.map(|(i, (sum, rest))| (sum + bias[i % filters]).max(0.0) * rest).collect();
                assert_eq!(run(&fused), expected);
            }
        }
    }
}
