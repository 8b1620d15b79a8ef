use std::ops::Range;

use super::strip::Strip;
use crate::split::part;

/// Products that are added up before they are added to the sum.
const DEPTH: usize = 768;

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

/// The outputs `first, first + step, …` of an axis. Number `i` of them reads at `scale · i + offset`, by `tap`, for all of
/// these pairs.
#[derive(Debug, Clone)]
pub(crate) struct AxisPhase {
    pub first: usize,
    pub count: usize,
    /// In the order of the offsets.
    pub taps: Vec<(isize, usize)>,
}

/// The outputs of an image that read by the same taps.
#[derive(Debug, Clone)]
pub(crate) struct Phase {
    pub first: [usize; 2],
    pub count: [usize; 2],
    pub taps: Vec<usize>,
    /// Where its rows start among those of all taps.
    pub row: usize,
    pub blocks: Vec<DepthBlock>,
    /// Of the rows of its window.
    offsets: Vec<isize>,
    /// The segments of a row of the window.
    segments: usize,
}

/// Segments of equal depth that one kernel call adds up.
#[derive(Debug, Clone)]
pub(crate) struct DepthBlock {
    /// Where each starts in the strip.
    pub offsets: Vec<usize>,
    pub depth: usize,
    /// The first row of the filter, within the phase.
    pub row: usize,
    /// Which of the phase's segments they are.
    pub segments: Range<usize>,
}

impl Phase {
    /// For the rows and columns of outputs, a window of `width` columns, and taps whose first is number `row` of all.
    pub fn new(
        strip: &Strip,
        [rows, columns]: [&AxisPhase; 2],
        width: usize,
        [groups, channels]: [usize; 2],
        row: usize,
    ) -> Self {
        // neighbours in a row of the window are neighbours in the strip
        let is_dense = groups == 1 && columns.taps.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0);
        let run = if is_dense { columns.taps.len().max(1) } else { 1 };
        let starts = rows
            .taps
            .iter()
            .flat_map(|row| columns.taps.iter().step_by(run).map(|column| strip.offset(row.0, column.0)));
        let starts: Vec<usize> = starts.collect();
        let taps = rows.taps.iter().flat_map(|row| columns.taps.iter().map(|column| row.1 * width + column.1));
        Self {
            first: [rows.first, columns.first],
            count: [rows.count, columns.count],
            taps: taps.collect(),
            row,
            blocks: depth_blocks(&starts, run * channels),
            offsets: rows.taps.iter().map(|row| row.0).collect(),
            segments: columns.taps.len().div_ceil(run),
        }
    }

    /// The segments that lie in the image and not above or below it, for row `i` of the outputs.
    pub fn inside(&self, scale: usize, height: usize, i: usize) -> Range<usize> {
        let at = (scale * i) as isize;
        let above = self.offsets.iter().take_while(|&offset| at + offset < 0).count();
        let below = self.offsets.iter().rev().take_while(|&offset| at + offset >= height as isize).count();
        above * self.segments..(self.offsets.len() - below).max(above) * self.segments
    }
}

/// Cuts segments of equal depth into blocks of about the depth that is added up at once; without any, there is one block of 0.
fn depth_blocks(starts: &[usize], depth: usize) -> Vec<DepthBlock> {
    if depth > DEPTH && !starts.is_empty() {
        let pieces = depth.div_ceil(DEPTH);
        let cut = starts.iter().enumerate().flat_map(|(i, start)| {
            (0..pieces).map(move |piece| part(depth, pieces, piece)).map(move |rows| DepthBlock {
                offsets: vec![start + rows.start],
                depth: rows.len(),
                row: i * depth + rows.start,
                segments: i..i + 1,
            })
        });
        return cut.collect();
    }
    let blocks = (starts.len() * depth).div_ceil(DEPTH).max(1);
    let blocks = (0..blocks).map(|block| part(starts.len(), blocks, block)).map(|segments| DepthBlock {
        offsets: starts[segments.clone()].to_vec(),
        depth,
        row: segments.start * depth,
        segments,
    });
    blocks.collect()
}
