use capas_elementwise::Epilogue;
use capas_runtime::{DecodeError, Op, Reader, Worker};

use super::geometry::Geometry;
use super::phase::{Axis, AxisPhase};
use super::slide::Slide;
use crate::pack::Strided;
use crate::simd::Tier;

/// The gradient of [`Conv`](crate::Conv) with respect to its input, after an epilogue: every input adds up what it was
/// multiplied with. With strides, inputs whose positions leave the same rest are a convolution of their own.
pub struct ConvInputGrad {
    geometry: Geometry,
    slide: Slide,
    dy_slot: usize,
    w_slot: usize,
    out_slot: usize,
    epilogue: Option<Epilogue>,
}

impl ConvInputGrad {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// For one of the instruction sets that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let geometry = Geometry::decode(reader)?;
        let (dy_slot, w_slot, out_slot) = (reader.count()?, reader.count()?, reader.count()?);
        let epilogue = Epilogue::decode(reader)?;
        let axes = [0, 1].map(|axis| axis_of(&geometry, axis));
        let channels = [geometry.out_channels, geometry.in_channels];
        let slide = Slide::new(tier, geometry.images, axes, geometry.groups, channels);
        Ok(Self { geometry, slide, dy_slot, w_slot, out_slot, epilogue })
    }
}

fn axis_of(geometry: &Geometry, axis: usize) -> Axis {
    let (length, stride) = (geometry.input[axis], geometry.stride[axis]);
    let phases = (0..stride.min(length)).map(|first| {
        let at = (first + geometry.pad[axis]) as isize;
        // tap t of output p reads at p · stride + t · dilation - pad
        let taps = (0..geometry.window[axis]).rev().filter_map(|tap| {
            let distance = at - (tap * geometry.dilation[axis]) as isize;
            let is_read = distance.rem_euclid(stride as isize) == 0;
            is_read.then(|| (distance.div_euclid(stride as isize), tap))
        });
        AxisPhase { first, count: (length - first).div_ceil(stride), taps: taps.collect() }
    });
    Axis {
        input: geometry.output[axis],
        output: length,
        window: geometry.window[axis],
        scale: 1,
        step: stride,
        phases: phases.collect(),
    }
}

impl Op for ConvInputGrad {
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
            row: 1,
            column: row,
        };
        let (dy, dx) = (worker.slot(self.dy_slot), worker.slot(self.out_slot));
        // SAFETY: the plan says that the slots have these sizes and that the result overlaps no operand
        unsafe { self.slide.run(worker, dy, filter, dx, self.epilogue.as_ref()) };
    }
}
