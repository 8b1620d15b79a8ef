use capas_runtime::Worker;

use super::strip::Strip;
use crate::pack::{Strided, copy};
use crate::simd::{Tier, Tile};
use crate::split::part;
use capas_elementwise::Epilogue;

/// Products that are added up before they are added to the sum.
const DEPTH: usize = 768;
/// The floats of the strip, and of the outputs, of a block of rows: both stay in the second cache.
const BLOCK_FLOATS: usize = 48 * 1024;

/// The outputs `first, first + step, …` of an axis. Number `i` of them reads at `scale · i + offset`, by `tap`, for all of
/// these pairs.
#[derive(Debug, Clone)]
pub(crate) struct AxisPhase {
    pub first: usize,
    pub count: usize,
    /// In the order of the offsets.
    pub taps: Vec<(isize, usize)>,
}

/// How outputs depend on inputs along an axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub input: usize,
    pub output: usize,
    pub window: usize,
    pub scale: usize,
    pub step: usize,
    pub phases: Vec<AxisPhase>,
}

/// The sums over a sliding window that a convolution consists of, and the gradient of its input too.
#[derive(Debug, Clone)]
pub(crate) struct Slide {
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
    packs: bool,
    /// The most rows of a block, in steps.
    block_rows: usize,
}

/// The outputs that read by the same taps.
#[derive(Debug, Clone)]
struct Phase {
    first: [usize; 2],
    count: [usize; 2],
    taps: Vec<usize>,
    /// Where its rows start among those of all taps.
    row: usize,
    blocks: Vec<DepthBlock>,
}

/// Segments of equal depth that one kernel call adds up.
#[derive(Debug, Clone)]
struct DepthBlock {
    offsets: Vec<usize>,
    depth: usize,
    /// Of the filter, within the phase.
    row: usize,
}

/// Where the rows of the filter lie: of each panel one after the other.
struct Filter {
    data: *const f32,
    group: usize,
    panel: usize,
    row: usize,
}

impl Slide {
    pub fn new(tier: Tier, images: usize, axes: [Axis; 2], groups: usize, channels: [usize; 2], packs: bool) -> Self {
        let [in_channels, out_channels] = channels;
        let offsets = [0, 1].map(|axis: usize| -> Vec<isize> {
            axes[axis].phases.iter().flat_map(|phase| phase.taps.iter().map(|tap| tap.0)).collect()
        });
        let counts = [0, 1].map(|axis: usize| axes[axis].phases.iter().map(|phase| phase.count).max().unwrap_or(0));
        let scale = [0, 1].map(|axis: usize| axes[axis].scale);
        let input = [0, 1].map(|axis: usize| axes[axis].input);
        let strip = Strip::new(input, groups * in_channels, scale, counts, [&offsets[0], &offsets[1]]);
        let mut phases = vec![];
        let mut row = 0;
        for rows in &axes[0].phases {
            for columns in &axes[1].phases {
                let taps = rows.taps.iter().flat_map(|r| columns.taps.iter().map(|s| r.1 * axes[1].window + s.1));
                let taps: Vec<usize> = taps.collect();
                let blocks = depth_blocks(&segments(&strip, rows, columns, groups, in_channels));
                let depth = taps.len() * in_channels;
                let (first, count) = ([rows.first, columns.first], [rows.count, columns.count]);
                phases.push(Phase { first, count, taps, row, blocks });
                row += depth;
            }
        }
        let output = [axes[0].output, axes[1].output];
        let step = [axes[0].step, axes[1].step];
        let of_row = (scale[0] * strip.row()).max(step[0] * output[1] * groups * out_channels).max(1);
        let block_rows = (BLOCK_FLOATS / of_row).clamp(1, counts[0].max(1));
        Self {
            tier,
            images,
            output,
            step,
            groups,
            in_channels,
            out_channels,
            strip,
            phases,
            depth: row,
            packs,
            block_rows,
        }
    }

    fn panels(&self) -> usize {
        self.out_channels.div_ceil(self.tier.kernels().width())
    }

    fn scratch_of_filter(&self) -> usize {
        if self.packs { self.groups * self.panels() * self.depth * self.tier.kernels().width() } else { 0 }
    }

    fn scratch_of_strip(&self) -> usize {
        self.strip.scratch(self.block_rows).next_multiple_of(16)
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
        let width = self.tier.kernels().width();
        let scratch = worker.scratch::<f32>();
        let filter = if self.packs {
            // SAFETY: scratch has room for the panels
            unsafe { self.pack(worker, filter, scratch) };
            worker.barrier();
            let panel = self.depth * width;
            Filter { data: scratch, group: self.panels() * panel, panel, row: width }
        } else {
            let tap = filter(0, 0);
            Filter { data: tap.data, group: self.out_channels, panel: width, row: tap.row }
        };
        let scratch = scratch.wrapping_add(self.scratch_of_filter() + worker.id * self.scratch_of_strip());
        let steps = self.output[0].div_ceil(self.step[0]);
        let enough = (4 * worker.count).div_ceil(self.images.max(1));
        let blocks = steps.div_ceil(self.block_rows).max(enough.min(steps));
        for unit in worker.share(self.images * blocks, 1) {
            let (image, rows) = (unit / blocks, part(steps, blocks, unit % blocks));
            let out_row = self.output[1] * self.groups * self.out_channels;
            let out = y.wrapping_add(image * self.output[0] * out_row);
            // SAFETY: scratch of this thread has room for the strip; rows are those of one thread
            unsafe {
                let strip =
                    self.strip.view(x.wrapping_add(image * self.strip.image_size()), rows.start, rows.len(), scratch);
                self.block(strip, &filter, out, rows.start, rows.end);
                if let Some(epilogue) = epilogue {
                    let rows = rows.start * self.step[0]..self.output[0].min(rows.end * self.step[0]);
                    let positions = image * self.output[0] + rows.start..image * self.output[0] + rows.end;
                    epilogue.apply(
                        worker,
                        out.wrapping_add(rows.start * out_row),
                        self.groups * self.out_channels,
                        positions.start * self.output[1]..positions.end * self.output[1],
                        0..self.groups * self.out_channels,
                    );
                }
            }
        }
    }

    /// The rows of outputs from `first` to `end`, in steps, of one image.
    unsafe fn block(&self, strip: *const f32, filter: &Filter, out: *mut f32, first: usize, end: usize) {
        let kernels = self.tier.kernels();
        let (width, channels) = (kernels.width(), self.groups * self.out_channels);
        let [down, across] = self.strip.scale;
        let (in_row, in_column) = (down * self.strip.row(), across * self.groups * self.in_channels);
        let (out_row, out_column) = (self.output[1] * channels, self.step[1] * channels);
        for phase in &self.phases {
            let tiles = phase.count[1].div_ceil(kernels.rows());
            for (group, panel) in (0..self.groups).flat_map(|group| (0..self.panels()).map(move |panel| (group, panel)))
            {
                let column = panel * width;
                let columns = width.min(self.out_channels - column);
                for (number, block) in phase.blocks.iter().enumerate() {
                    let b = group * filter.group + panel * filter.panel + (phase.row + block.row) * filter.row;
                    for i in first..end.min(phase.count[0]) {
                        let a = strip.wrapping_add((i - first) * in_row + group * self.in_channels);
                        let y = i * self.step[0] + phase.first[0];
                        let c = y * out_row + phase.first[1] * channels + group * self.out_channels + column;
                        for tile in 0..tiles {
                            let outputs = part(phase.count[1], tiles, tile);
                            let tile = Tile {
                                a: a.wrapping_add(outputs.start * in_column),
                                a_row: in_column,
                                a_k: 1,
                                offsets: block.offsets.as_ptr(),
                                segments: block.offsets.len(),
                                depth: block.depth,
                                b: filter.data.wrapping_add(b),
                                b_k: filter.row,
                                c: out.wrapping_add(c + outputs.start * out_column),
                                c_row: out_column,
                                columns,
                                accumulate: number > 0,
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

/// What a phase adds up: where in the strip, and how many elements one after the other.
fn segments(
    strip: &Strip,
    rows: &AxisPhase,
    columns: &AxisPhase,
    groups: usize,
    channels: usize,
) -> Vec<(usize, usize)> {
    // neighbours in a row of the window are neighbours in the strip
    let is_dense = groups == 1 && columns.taps.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0);
    let run = if is_dense { columns.taps.len().max(1) } else { 1 };
    let starts = rows
        .taps
        .iter()
        .flat_map(|row| columns.taps.iter().step_by(run).map(|column| (strip.offset(row.0, column.0), run * channels)));
    starts.collect()
}

/// Cuts segments of equal depth into blocks of about the depth that is added up at once; without any, there is one block of 0.
fn depth_blocks(segments: &[(usize, usize)]) -> Vec<DepthBlock> {
    let Some(&(_, depth)) = segments.first() else {
        return vec![DepthBlock { offsets: vec![], depth: 0, row: 0 }];
    };
    if depth > DEPTH {
        let pieces = depth.div_ceil(DEPTH);
        let cut = segments.iter().enumerate().flat_map(|(i, &(offset, depth))| {
            (0..pieces).map(move |piece| {
                let rows = part(depth, pieces, piece);
                DepthBlock { offsets: vec![offset + rows.start], depth: rows.len(), row: i * depth + rows.start }
            })
        });
        return cut.collect();
    }
    let blocks = (segments.len() * depth).div_ceil(DEPTH).max(1);
    let blocks = (0..blocks).map(|block| part(segments.len(), blocks, block)).map(|block| DepthBlock {
        offsets: segments[block.clone()].iter().map(|segment| segment.0).collect(),
        depth,
        row: block.start * depth,
    });
    blocks.collect()
}
