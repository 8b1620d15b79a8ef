use capas_runtime::{DecodeError, Op, Reader, Tickets, Worker};

use super::ahead::Ahead;
use super::filter_rows::{FilterRows, pieces_of, tiles_of_pieces, tiles_of_rows};
use super::geometry::Geometry;
use super::strip::Strip;
use crate::pack::{Strided, copy};
use crate::simd::{Tier, Tile};
use crate::split::part;

/// The most partial sums, and the floats that they may take together.
const PARTS: usize = 16;
const PARTS_FLOATS: usize = 2 << 20;
/// The most outputs that are added up before they are added to the sum, and the floats that they read.
const CHUNK_OUTPUTS: usize = 1024;
const CHUNK_FLOATS: usize = 96 * 1024;
/// From so many channels of a group on, tiles and panels read copies in which nothing else lies between. Of so many outputs they
/// stay in the first cache.
const COPY_CHANNELS: usize = 16;
const COPY_OUTPUTS: usize = 256;
/// The floats of the filter for which a thread adds up the parts at once.
const TOTAL_FLOATS: usize = 4 * 1024;

/// The gradient of [`Conv`](crate::Conv) with respect to its filter: the product of what the taps read, transposed, with the
/// gradient of the output. Parts of the batch are added up on their own, then the parts, cut by the sizes alone.
pub struct ConvFilterGrad {
    /// Hand out the parts, then what is added up of them.
    tickets: Tickets,
    tier: Tier,
    geometry: Geometry,
    strip: Strip,
    tiles: Vec<FilterRows>,
    /// Whether tiles and panels read copies.
    copies: bool,
    /// Each row of outputs is cut into so many pieces, and the pieces of all images into so many parts.
    pieces: usize,
    parts: usize,
    /// The most rows of a chunk: 1 if rows are cut.
    chunk_rows: usize,
    /// Where each row of outputs of a chunk starts in the strip.
    row_offsets: Vec<usize>,
    x_slot: usize,
    dy_slot: usize,
    out_slot: usize,
}

impl ConvFilterGrad {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// For one of the instruction sets that the machine has.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let geometry = Geometry::decode(reader)?;
        let (x_slot, dy_slot, out_slot) = (reader.count()?, reader.count()?, reader.count()?);
        let offsets = [0, 1].map(|axis: usize| -> Vec<isize> {
            let (dilation, pad) = (geometry.dilation[axis], geometry.pad[axis] as isize);
            (0..geometry.window[axis]).map(|tap| (tap * dilation) as isize - pad).collect()
        });
        let channels = geometry.groups * geometry.in_channels;
        let [rows, columns] = geometry.output;
        let filters = geometry.groups * geometry.out_channels;
        let of_column = geometry.stride[0] * geometry.stride[1] * channels + filters;
        let copies = geometry.in_channels >= COPY_CHANNELS;
        let chunk_outputs = if copies { COPY_OUTPUTS } else { CHUNK_OUTPUTS };
        let pieces = columns.div_ceil(chunk_outputs.min(CHUNK_FLOATS / of_column).max(1)).max(1);
        let chunk = columns.div_ceil(pieces).max(1);
        let most = (chunk_outputs / chunk).min(CHUNK_FLOATS / (chunk * of_column).max(1));
        let chunk_rows = if pieces == 1 { most.clamp(1, rows.max(1)) } else { 1 };
        let offsets_of = [&offsets[0][..], &offsets[1]];
        let strip = Strip::new(geometry.input, channels, geometry.stride, geometry.output, offsets_of, chunk);
        let rows_of_tile = tier.kernels().rows();
        let strip = if copies { strip.in_pieces(pieces_of(&geometry, rows_of_tile), chunk_rows) } else { strip };
        let tiles = if copies {
            tiles_of_pieces(&geometry, &strip, &offsets)
        } else {
            tiles_of_rows(&geometry, &strip, &offsets, rows_of_tile)
        };
        let size = geometry.window.iter().product::<usize>() * geometry.in_channels * filters;
        let outputs = geometry.images * rows * columns;
        let parts = (PARTS_FLOATS / size.max(1)).min(PARTS).min(outputs.div_ceil(256)).max(1);
        let row_offsets = (0..chunk_rows).map(|row| row * geometry.stride[0] * strip.row()).collect();
        let tickets = Tickets::default();
        Ok(Self {
            tickets,
            tier,
            geometry,
            strip,
            tiles,
            copies,
            pieces,
            parts,
            chunk_rows,
            row_offsets,
            x_slot,
            dy_slot,
            out_slot,
        })
    }

    /// The elements of the filter.
    fn size(&self) -> usize {
        let Geometry { window, in_channels, out_channels, groups, .. } = self.geometry;
        window[0] * window[1] * in_channels * out_channels * groups
    }

    fn scratch_of_parts(&self) -> usize {
        if self.parts > 1 { (self.parts * self.size()).next_multiple_of(16) } else { 0 }
    }

    fn scratch_of_strip(&self) -> usize {
        self.strip.scratch(self.chunk_rows).next_multiple_of(16)
    }

    /// Of a thread: the strip, and a panel of the gradient.
    fn scratch_of_chunk(&self) -> usize {
        let outputs = self.chunk_rows * self.geometry.output[1].div_ceil(self.pieces);
        self.scratch_of_strip() + (outputs * self.tier.kernels().width()).next_multiple_of(16)
    }

    /// Adds up one part of the batch for these tiles.
    ///
    /// # Safety
    /// The slots have the sizes that the geometry says, `sums` that of the filter; no other thread writes its tiles.
    unsafe fn add_up(&self, worker: &Worker, number: usize, tiles: &[FilterRows], sums: *mut f32, scratch: *mut f32) {
        let panel_scratch = scratch.wrapping_add(self.scratch_of_strip());
        let kernels = self.tier.kernels();
        let &Geometry { images, output, stride, groups, out_channels, .. } = &self.geometry;
        let (x, dy) = (worker.slot::<f32>(self.x_slot), worker.slot::<f32>(self.dy_slot));
        let (width, filters) = (kernels.width(), groups * out_channels);
        let pieces = part(images * output[0] * self.pieces, self.parts, number);
        let mut done = pieces.start;
        let mut is_first = true;
        let calls = tiles.len() * out_channels.div_ceil(width);
        // at least once, so that sums of nothing are 0
        while is_first || done < pieces.end {
            let position = done / self.pieces;
            let (image, row) = (position / output[0].max(1), position % output[0].max(1));
            let count = self.chunk_rows.min(pieces.end - done).min(output[0] - row);
            let columns = part(output[1], self.pieces, done % self.pieces);
            let strip = if count > 0 {
                let x = x.wrapping_add(image * self.strip.image_size());
                // SAFETY: scratch of this thread has room for the strip
                unsafe { self.strip.view(x, row..row + count, columns.start, scratch) }
            } else {
                scratch
            };
            let outputs = count * columns.len();
            let dy = dy.wrapping_add((position * output[1] + columns.start) * filters);
            let (next_image, next_row) = ((position + count) / output[0].max(1), (position + count) % output[0].max(1));
            let image_row = self.strip.image_row();
            let mut ahead = [
                Ahead::new(
                    x.wrapping_add(next_image * self.strip.image_size() + next_row * image_row),
                    count * image_row,
                    calls,
                ),
                Ahead::new(dy.wrapping_add(outputs * filters).cast_const(), outputs * filters, calls),
            ];
            let groups = tiles.chunk_by(|a, b| a.group == b.group);
            for (tiles, panel) in
                groups.flat_map(|tiles| (0..out_channels).step_by(width).map(move |panel| (tiles, panel)))
            {
                let first = tiles[0].group * out_channels + panel;
                let panel_columns = width.min(out_channels - panel);
                let (b, b_k) = if filters == width || !self.copies {
                    (dy.wrapping_add(first).cast_const(), filters)
                } else {
                    let from = Strided { data: dy.wrapping_add(first), row: filters, column: 1 };
                    // SAFETY: scratch of this thread has room for a panel of the chunk
                    unsafe { copy(self.tier, from, outputs, panel_columns, panel_scratch, width) };
                    (panel_scratch.cast_const(), width)
                };
                for tile in tiles {
                    let inside = tile.outputs.start.max(row)..tile.outputs.end.min(row + count);
                    if inside.is_empty() && !is_first {
                        continue;
                    }
                    let skipped = inside.start.saturating_sub(row).min(count);
                    let call = Tile {
                        a: strip.wrapping_add(tile.offset),
                        a_row: 1,
                        a_k: stride[1] * self.strip.pitch(),
                        offsets: self.row_offsets.as_ptr().wrapping_add(skipped),
                        segments: inside.len(),
                        depth: columns.len(),
                        b: b.wrapping_add(skipped * columns.len() * b_k),
                        b_k,
                        c: sums.wrapping_add(tile.row * filters + first),
                        c_row: filters,
                        columns: panel_columns,
                        accumulate: !is_first,
                    };
                    ahead.iter_mut().for_each(Ahead::fetch);
                    // SAFETY: the tile lies in the strip, the gradient and the sums, and is this thread's
                    unsafe { kernels.run(tile.count, &call) };
                }
            }
            is_first = false;
            done += count;
        }
    }
}

impl Op for ConvFilterGrad {
    fn scratch_bytes(&self, threads: usize) -> usize {
        (self.scratch_of_parts() + threads * self.scratch_of_chunk()) * size_of::<f32>()
    }

    fn reset(&self) {
        self.tickets.reset();
    }

    fn run(&self, worker: &Worker) {
        let (size, parts) = (self.size(), self.parts);
        let scratch = worker.scratch::<f32>();
        let out = worker.slot::<f32>(self.out_slot);
        let own = scratch.wrapping_add(self.scratch_of_parts() + worker.id * self.scratch_of_chunk());
        // with few parts, or parts that do not share out, threads share the tiles of a part
        let cuts = if parts.is_multiple_of(worker.count) {
            1
        } else {
            (2 * worker.count).div_ceil(parts).min(self.tiles.len())
        };
        for unit in worker.claim(&self.tickets, parts * cuts, 1).flatten() {
            let (number, tiles) = (unit / cuts, part(self.tiles.len(), cuts, unit % cuts));
            let sums = if parts > 1 { scratch.wrapping_add(number * size) } else { out };
            // SAFETY: the plan says that the slots have these sizes and that the result overlaps no operand
            unsafe { self.add_up(worker, number, &self.tiles[tiles], sums, own) };
        }
        if parts == 1 {
            return;
        }
        worker.barrier();
        let blocks = worker.claim(&self.tickets, size, TOTAL_FLOATS);
        for block in blocks.flat_map(|blocks| blocks.step_by(1024)) {
            let length = 1024.min(size - block);
            // SAFETY: the block lies in the result and in every part; it is this thread's
            unsafe {
                let total = std::slice::from_raw_parts_mut(out.add(block), length);
                total.copy_from_slice(std::slice::from_raw_parts(scratch.add(block), length));
                for number in 1..parts {
                    let sums = std::slice::from_raw_parts(scratch.add(number * size + block), length);
                    total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
                }
            }
        }
    }
}
