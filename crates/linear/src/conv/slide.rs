use std::ops::Range;

use capas_elementwise::Epilogue;
use capas_runtime::{Tickets, Worker};

use super::phase::{Axis, Phase};
use super::strip::Strip;
use crate::pack::{Strided, copy};
use crate::simd::{Tier, Tile};
use crate::split::{UNIT_FLOPS, part};

/// The floats of the strip, and of the outputs, of a block of rows: both stay in the second cache.
const BLOCK_FLOATS: usize = 48 * 1024;

/// The sums over a sliding window that a convolution consists of, and the gradient of its input too.
#[derive(Debug)]
pub(crate) struct Slide {
    /// Hand out the blocks.
    pub tickets: Tickets,
    tier: Tier,
    images: usize,
    output: [usize; 2],
    step: [usize; 2],
    groups: usize,
    /// Channels of one group.
    in_channels: usize,
    out_channels: usize,
    strip: Strip,
    phases: Vec<Phase>,
    /// The rows of all filter taps.
    depth: usize,
    /// The most rows and columns of a block, in steps.
    block: [usize; 2],
}

impl Slide {
    pub fn new(tier: Tier, images: usize, axes: [Axis; 2], groups: usize, channels: [usize; 2]) -> Self {
        let [in_channels, out_channels] = channels;
        let offsets = [0, 1].map(|axis: usize| -> Vec<isize> {
            axes[axis].phases.iter().flat_map(|phase| phase.taps.iter().map(|tap| tap.0)).collect()
        });
        let counts = [0, 1].map(|axis: usize| axes[axis].phases.iter().map(|phase| phase.count).max().unwrap_or(0));
        let scale = [0, 1].map(|axis: usize| axes[axis].scale);
        let input = [0, 1].map(|axis: usize| axes[axis].input);
        let output = [axes[0].output, axes[1].output];
        let step = [axes[0].step, axes[1].step];
        let of_column = (scale[0] * scale[1] * groups * in_channels).max(step[0] * step[1] * groups * out_channels);
        let column_blocks = (counts[1] * of_column).div_ceil(BLOCK_FLOATS).max(1);
        let columns = counts[1].div_ceil(column_blocks).max(1);
        let rows = (BLOCK_FLOATS / (columns * of_column).max(1)).clamp(1, counts[0].max(1));
        let strip = Strip::new(input, groups * in_channels, scale, counts, [&offsets[0], &offsets[1]], columns);
        let mut phases: Vec<Phase> = vec![];
        let mut depth = 0;
        for rows in &axes[0].phases {
            for columns in &axes[1].phases {
                let phase = Phase::new(&strip, [rows, columns], axes[1].window, [groups, in_channels], depth);
                depth += phase.taps.len() * in_channels;
                phases.push(phase);
            }
        }
        Self {
            tickets: Tickets::default(),
            tier,
            images,
            output,
            step,
            groups,
            in_channels,
            out_channels,
            strip,
            phases,
            depth,
            block: [rows, columns],
        }
    }

    fn panels(&self) -> usize {
        self.out_channels.div_ceil(self.tier.kernels().width())
    }

    fn scratch_of_filter(&self) -> usize {
        self.groups * self.panels() * self.depth * self.tier.kernels().width()
    }

    fn scratch_of_strip(&self) -> usize {
        self.strip.scratch(self.block[0]).next_multiple_of(16)
    }

    pub fn scratch_bytes(&self, threads: usize) -> usize {
        (self.scratch_of_filter() + threads * self.scratch_of_strip()) * size_of::<f32>()
    }

    /// Writes the output. `filter` gives the matrix `[in_channels, out_channels]` of a tap and a group.
    ///
    /// # Safety
    /// The machine has the tier; the tensors have the sizes; `y` overlaps no other.
    pub unsafe fn run(
        &self,
        worker: &Worker,
        x: *const f32,
        filter: impl Fn(usize, usize) -> Strided,
        y: *mut f32,
        epilogue: Option<&Epilogue>,
    ) {
        let scratch = worker.scratch::<f32>();
        let packed = scratch.cast_const();
        // SAFETY: scratch has room for the panels
        unsafe { self.pack(worker, filter, scratch) };
        worker.barrier();
        let scratch = scratch.wrapping_add(self.scratch_of_filter() + worker.id * self.scratch_of_strip());
        let steps = [0, 1].map(|axis: usize| self.output[axis].div_ceil(self.step[axis]));
        let across = steps[1].div_ceil(self.block[1]);
        let enough = (4 * worker.count).div_ceil((self.images * across).max(1));
        let down = steps[0].div_ceil(self.block[0]).max(enough.min(steps[0]));
        let units = self.images * down * across;
        let of_unit = 2 * steps[0] * steps[1] * self.depth * self.groups * self.out_channels / (down * across).max(1);
        let grain = (UNIT_FLOPS / of_unit.max(1)).clamp(1, units.div_ceil(worker.count).max(1));
        for unit in worker.claim(&self.tickets, units, grain).flatten() {
            let (image, block) = (unit / (down * across), unit % (down * across));
            let rows = part(steps[0], down, block / across);
            let columns = block % across * self.block[1]..steps[1].min((block % across + 1) * self.block[1]);
            let area = [rows, columns];
            // SAFETY: scratch of this thread has room for the strip; the area is that of one thread
            unsafe {
                let x = x.wrapping_add(image * self.strip.image_size());
                let strip = self.strip.view(x, area[0].clone(), area[1].start, scratch);
                self.add_up(strip, packed, y.wrapping_add(image * self.image_size()), &area);
                if let Some(epilogue) = epilogue {
                    self.finish(worker, epilogue, image, y, &area);
                }
            }
        }
    }

    /// The elements of an image of the output.
    fn image_size(&self) -> usize {
        self.output[0] * self.output[1] * self.groups * self.out_channels
    }

    /// Applies the epilogue to an area of the outputs, in steps.
    unsafe fn finish(&self, worker: &Worker, epilogue: &Epilogue, image: usize, y: *mut f32, area: &[Range<usize>; 2]) {
        let channels = self.groups * self.out_channels;
        let [rows, columns] = [0, 1]
            .map(|axis| area[axis].start * self.step[axis]..self.output[axis].min(area[axis].end * self.step[axis]));
        let at = |row: usize, column: usize| (image * self.output[0] + row) * self.output[1] + column;
        let apply = |positions: Range<usize>| {
            let block = y.wrapping_add(positions.start * channels);
            // SAFETY: the caller owns the area
            unsafe { epilogue.apply(worker, block, channels, positions, 0..channels) }
        };
        if columns.len() == self.output[1] {
            apply(at(rows.start, 0)..at(rows.end, 0));
        } else {
            rows.for_each(|row| apply(at(row, columns.start)..at(row, columns.end)));
        }
    }

    /// An area of the outputs, in steps, of one image, by the packed filter.
    unsafe fn add_up(&self, strip: *const f32, filter: *const f32, out: *mut f32, area: &[Range<usize>; 2]) {
        let kernels = self.tier.kernels();
        let (width, channels) = (kernels.width(), self.groups * self.out_channels);
        let [scale, scale_across] = self.strip.scale;
        let height = self.strip.input[0];
        let (in_row, in_column) = (scale * self.strip.row(), scale_across * self.groups * self.in_channels);
        let (out_row, out_column) = (self.output[1] * channels, self.step[1] * channels);
        for phase in &self.phases {
            let across = area[1].start..area[1].end.min(phase.count[1]);
            let tiles = across.len().div_ceil(kernels.rows());
            for (group, panel) in (0..self.groups).flat_map(|group| (0..self.panels()).map(move |panel| (group, panel)))
            {
                let column = panel * width;
                let columns = width.min(self.out_channels - column);
                for (number, block) in phase.blocks.iter().enumerate() {
                    for i in area[0].start..area[0].end.min(phase.count[0]) {
                        // what lies above and below the image is not added
                        let inside = phase.inside(scale, height, i);
                        let segments = block.segments.start.max(inside.start)..block.segments.end.min(inside.end);
                        let is_first = !phase.blocks[..number].iter().any(|block| overlap(&block.segments, &inside));
                        if segments.is_empty() && (!is_first || number + 1 < phase.blocks.len()) {
                            continue;
                        }
                        let skipped = segments.start.saturating_sub(block.segments.start).min(block.offsets.len());
                        let row = phase.row + block.row + skipped * block.depth;
                        let b = ((group * self.panels() + panel) * self.depth + row) * width;
                        let a = strip.wrapping_add((i - area[0].start) * in_row + group * self.in_channels);
                        let y = i * self.step[0] + phase.first[0];
                        let c = y * out_row + phase.first[1] * channels + group * self.out_channels + column;
                        for tile in 0..tiles {
                            let outputs = part(across.len(), tiles, tile);
                            let tile = Tile {
                                a: a.wrapping_add(outputs.start * in_column),
                                a_row: in_column,
                                a_k: 1,
                                offsets: block.offsets.as_ptr().wrapping_add(skipped),
                                segments: segments.len(),
                                depth: block.depth,
                                b: filter.wrapping_add(b),
                                b_k: width,
                                c: out.wrapping_add(c + (across.start + outputs.start) * out_column),
                                c_row: out_column,
                                columns,
                                accumulate: !is_first,
                            };
                            // SAFETY: the tile lies in the strip, the filter and the block, which is this thread's
                            unsafe { kernels.run(outputs.len(), &tile) };
                        }
                    }
                }
            }
        }
    }

    /// Packs this thread's share of the panels, the taps in the order in which the phases read them.
    unsafe fn pack(&self, worker: &Worker, filter: impl Fn(usize, usize) -> Strided, to: *mut f32) {
        let (width, panels) = (self.tier.kernels().width(), self.panels());
        let rows = self
            .phases
            .iter()
            .flat_map(|phase| phase.taps.iter().enumerate().map(|(i, &tap)| (tap, phase.row + i * self.in_channels)));
        let rows: Vec<(usize, usize)> = rows.collect();
        let all = self.groups * panels;
        for piece in worker.share(rows.len() * all, 1) {
            let ((tap, row), panel) = (rows[piece / all], piece % all);
            let column = panel % panels * width;
            // SAFETY: the panel lies in the filter and in the scratch memory, and is this thread's
            unsafe {
                let matrix = filter(tap, panel / panels);
                let from = Strided { data: matrix.at(0, column), ..matrix };
                let to = to.add((panel * self.depth + row) * width);
                copy(self.tier, from, self.in_channels, width.min(self.out_channels - column), to, width);
            }
        }
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start.max(b.start) < a.end.min(b.end)
}
