use std::ops::Range;

/// Work that a thread asks for at once, where there is enough: some tens of microseconds.
pub(crate) const UNIT_FLOPS: usize = 1 << 21;

/// The part `index` of `total` cut into `parts` of as equal a size as can be.
#[inline]
pub(crate) fn part(total: usize, parts: usize, index: usize) -> Range<usize> {
    total * index / parts..total * (index + 1) / parts
}

/// The parts with these indices, one after the other, without a division for each.
pub(crate) fn parts_of(total: usize, parts: usize, indices: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let (mut start, mut rest) = (total * indices.start / parts, total * indices.start % parts);
    let (step, more) = (total / parts, total % parts);
    indices.map(move |_| {
        let from = start;
        (start, rest) = (start + step, rest + more);
        if rest >= parts {
            (start, rest) = (start + 1, rest - parts);
        }
        from..start
    })
}

/// The part of a grid of tiles by panels, of `height` rows and `width` columns each, that unit `id` of `count` is: the grid is cut
/// into rectangles so that the largest takes as little time as can be.
pub(crate) fn rectangle(
    [tiles, panels]: [usize; 2],
    [height, width]: [usize; 2],
    id: usize,
    count: usize,
) -> (Range<usize>, Range<usize>) {
    // beside the multiplications, rows of one operand are read, and columns of the other are packed
    let time = |across: usize| {
        let (rows, columns) = (tiles.div_ceil(count / across) * height, panels.div_ceil(across) * width);
        rows * columns + 4 * rows + 16 * columns
    };
    let across =
        (1..=count).filter(|across| count.is_multiple_of(*across)).min_by_key(|across| time(*across)).unwrap_or(1);
    (part(tiles, count / across, id / across), part(panels, across, id % across))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_cover_every_cell_once() {
        for (rows, columns, count) in [(3, 4, 2), (1, 1, 4), (10, 2, 3), (5, 25, 8), (0, 3, 2)] {
            let mut cells = vec![0; rows * columns];
            for id in 0..count {
                let (down, across) = rectangle([rows, columns], [6, 16], id, count);
                for row in down {
                    across.clone().for_each(|column| cells[row * columns + column] += 1);
                }
            }
            assert!(cells.iter().all(|&times| times == 1));
        }
    }

    #[test]
    fn parts_follow_each_other() {
        for (total, parts) in [(128, 22), (7, 7), (3, 5), (0, 2)] {
            for from in 0..parts {
                let expected = (from..parts).map(|index| part(total, parts, index));
                assert!(parts_of(total, parts, from..parts).eq(expected));
            }
        }
    }

    #[test]
    fn rectangles_balance_the_longer_side() {
        assert_eq!(rectangle([3, 4], [6, 16], 1, 2), (0..3, 2..4));
        assert_eq!(rectangle([10, 1], [6, 16], 0, 2), (0..5, 0..1));
    }
}
