use capas_elementwise::Epilogue;
use capas_runtime::{DecodeError, Op, Reader, Worker};

use super::geometry::Geometry;
use super::phase::{Axis, AxisPhase};
use super::slide::Slide;
use crate::pack::Strided;
use crate::simd::Tier;

/// `y[n, p, f] = g(Σ x[n, p · stride + t · dilation - pad, c] w[t, c, f])` over the taps `t` and the channels `c` of the group of
/// `f`; `g` is the epilogue.
pub struct Conv {
    geometry: Geometry,
    slide: Slide,
    x_slot: usize,
    w_slot: usize,
    out_slot: usize,
    epilogue: Option<Epilogue>,
}

impl Conv {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// For one of the instruction sets that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let geometry = Geometry::decode(reader)?;
        let (x_slot, w_slot, out_slot) = (reader.count()?, reader.count()?, reader.count()?);
        let epilogue = Epilogue::decode(reader)?;
        let axes = [0, 1].map(|axis| axis_of(&geometry, axis));
        let channels = [geometry.in_channels, geometry.out_channels];
        let slide = Slide::new(tier, geometry.images, axes, geometry.groups, channels);
        Ok(Self { geometry, slide, x_slot, w_slot, out_slot, epilogue })
    }
}

fn axis_of(geometry: &Geometry, axis: usize) -> Axis {
    let (window, dilation, pad) = (geometry.window[axis], geometry.dilation[axis], geometry.pad[axis] as isize);
    let taps = (0..window).map(|tap| ((tap * dilation) as isize - pad, tap)).collect();
    let output = geometry.output[axis];
    Axis {
        input: geometry.input[axis],
        output,
        window,
        scale: geometry.stride[axis],
        step: 1,
        phases: vec![AxisPhase { first: 0, count: output, taps }],
    }
}

impl Op for Conv {
    fn scratch_bytes(&self, threads: usize) -> usize {
        self.slide.scratch_bytes(threads)
    }

    fn reset(&self) {
        self.slide.tickets.reset();
    }

    fn run(&self, worker: &Worker) {
        let &Geometry { groups, in_channels, out_channels, .. } = &self.geometry;
        let row = groups * out_channels;
        let w = worker.slot::<f32>(self.w_slot).cast_const();
        let filter = |tap: usize, group: usize| Strided {
            data: w.wrapping_add(tap * in_channels * row + group * out_channels),
            row,
            column: 1,
        };
        let (x, y) = (worker.slot(self.x_slot), worker.slot(self.out_slot));
        // SAFETY: the plan says that the slots have these sizes and that the result overlaps no operand
        unsafe { self.slide.run(worker, x, filter, y, self.epilogue.as_ref()) };
    }
}
