use std::ops::Range;

use super::geometry::Geometry;
use super::strip::Strip;
use crate::split::part;

/// Rows of the filter that are neighbours in the strip too.
pub(crate) struct FilterRows {
    /// The rows of outputs for which they lie in the image and not above or below it.
    pub outputs: Range<usize>,
    pub offset: usize,
    pub row: usize,
    pub count: usize,
    pub group: usize,
}

/// The rows of the filter, cut into tiles of equal size, where neighbours in a row of the window are neighbours in the strip.
pub(crate) fn tiles_of_rows(
    geometry: &Geometry,
    strip: &Strip,
    offsets: &[Vec<isize>; 2],
    most: usize,
) -> Vec<FilterRows> {
    let &Geometry { window, groups, in_channels, dilation, .. } = geometry;
    let run = if groups == 1 && dilation[1] == 1 { window[1] } else { 1 };
    let mut tiles = vec![];
    for group in 0..groups {
        for (r, row) in offsets[0].iter().enumerate() {
            for (s, column) in offsets[1].iter().enumerate().step_by(run) {
                let (length, start) = (run * in_channels, strip.offset(*row, *column) + group * in_channels);
                let pieces = length.div_ceil(most);
                for rows in (0..pieces).map(|piece| part(length, pieces, piece)) {
                    let row = (r * window[1] + s) * in_channels + rows.start;
                    tiles.push(FilterRows {
                        outputs: outputs_inside(geometry, offsets[0][r]),
                        offset: start + rows.start,
                        row,
                        count: rows.len(),
                        group,
                    });
                }
            }
        }
    }
    tiles
}

/// The channels of each group, cut into pieces of equal size.
pub(crate) fn pieces_of(geometry: &Geometry, most: usize) -> Vec<Range<usize>> {
    let &Geometry { groups, in_channels, .. } = geometry;
    let pieces = in_channels.div_ceil(most);
    let cut = |group: usize| {
        (0..pieces)
            .map(move |piece| part(in_channels, pieces, piece))
            .map(move |own| group * in_channels + own.start..group * in_channels + own.end)
    };
    (0..groups).flat_map(cut).collect()
}

/// The rows of the filter, one tile for each piece of the strip and each tap.
pub(crate) fn tiles_of_pieces(geometry: &Geometry, strip: &Strip, offsets: &[Vec<isize>; 2]) -> Vec<FilterRows> {
    let &Geometry { window, in_channels, .. } = geometry;
    let mut tiles = vec![];
    for (number, piece) in strip.pieces().iter().enumerate() {
        for (r, row) in offsets[0].iter().enumerate() {
            for (s, column) in offsets[1].iter().enumerate() {
                tiles.push(FilterRows {
                    outputs: outputs_inside(geometry, *row),
                    offset: number * strip.piece() + strip.offset(*row, *column),
                    row: (r * window[1] + s) * in_channels + piece.start % in_channels,
                    count: piece.len(),
                    group: piece.start / in_channels,
                });
            }
        }
    }
    tiles
}

/// The rows of outputs for which a row of the window lies in the image: from `-row / stride` to `(height - row) / stride`,
/// rounded up.
fn outputs_inside(geometry: &Geometry, row: isize) -> Range<usize> {
    let [from, to] = [-row, geometry.input[0] as isize - row]
        .map(|distance| usize::try_from(distance).unwrap_or(0).div_ceil(geometry.stride[0]).min(geometry.output[0]));
    from..to
}
