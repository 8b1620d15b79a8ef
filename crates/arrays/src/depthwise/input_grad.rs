use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};
use crate::tier::Tier;
use crate::window::Windows;

use super::correlation::{Correlation, correlate};

/// The gradient of `DepthwiseConv` with respect to its input.
pub struct DepthwiseInputGrad {
    windows: Windows,
    plan: Correlation,
    dy: usize,
    w: usize,
    dx: usize,
    tier: Tier,
}

impl DepthwiseInputGrad {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let windows = Windows::decode_depthwise(reader)?;
        Ok(Self {
            windows,
            plan: Correlation::backward(&windows),
            dy: reader.count()?,
            w: reader.count()?,
            dx: reader.count()?,
            tier: Tier::detect(),
        })
    }
}

impl Op for DepthwiseInputGrad {
    fn run(&self, worker: &Worker) {
        let (windows, plan) = (&self.windows, &self.plan);
        let rows = worker.share(windows.images * plan.rows(), 1);
        // SAFETY: nobody writes these during this instruction; shares are disjoint
        let dy = unsafe { input::<f32>(worker, self.dy, windows.images * windows.output_size()) };
        let w = unsafe { input::<f32>(worker, self.w, windows.filter_size()) };
        let places = rows.start * plan.row_size()..rows.end * plan.row_size();
        let dx = unsafe { output::<f32>(worker, self.dx, places) };
        if !dx.is_empty() {
            correlate(self.tier, plan, dy, w, dx, rows.start);
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
    fn what_every_output_gives_back() {
        for (case, multiplier) in CASES.iter().flat_map(|case| [(case, 1), (case, 3)]) {
            let [size, w_size, dy_size] = sizes(case, multiplier);
            let (dy, w) = (noise(dy_size, 1), noise(w_size, 2));
            let mut expected = vec![0f64; size];
            each_product(case, multiplier, |to, j, i| expected[to] += f64::from(dy[i]) * f64::from(w[j]));
            for tier in Tier::available() {
                let decoded = decode(&words(case, multiplier, [0, 1, 2]), DepthwiseInputGrad::decode);
                let op = DepthwiseInputGrad { tier, ..decoded };
                let slots = run_all(&op, &[floats(&dy), floats(&w), vec![1; size]]);
                require_close(&as_floats(&slots[2]), &expected, case);
            }
        }
    }
}
