use std::ops::Range;

/// Work that a thread asks for at once, where there is enough: some tens of microseconds.
pub(crate) const UNIT_FLOPS: usize = 1 << 21;

/// The part `index` of `total` cut into `parts` of as equal a size as can be.
#[inline]
pub(crate) fn part(total: usize, parts: usize, index: usize) -> Range<usize> {
    total * index / parts..total * (index + 1) / parts
}

/// The part of a grid of `rows × columns` that thread `id` of `count` works on: the grid is cut into rectangles so that the
/// largest is as small as can be.
pub(crate) fn rectangle(rows: usize, columns: usize, id: usize, count: usize) -> (Range<usize>, Range<usize>) {
    let across = (1..=count)
        .filter(|across| count.is_multiple_of(*across))
        .min_by_key(|across| rows.div_ceil(count / across) * columns.div_ceil(*across))
        .unwrap_or(1);
    (part(rows, count / across, id / across), part(columns, across, id % across))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_cover_every_cell_once() {
        for (rows, columns, count) in [(3, 4, 2), (1, 1, 4), (10, 2, 3), (5, 25, 8), (0, 3, 2)] {
            let mut cells = vec![0; rows * columns];
            for id in 0..count {
                let (down, across) = rectangle(rows, columns, id, count);
                for row in down {
                    across.clone().for_each(|column| cells[row * columns + column] += 1);
                }
            }
            assert!(cells.iter().all(|&times| times == 1));
        }
    }

    #[test]
    fn rectangles_balance_the_longer_side() {
        assert_eq!(rectangle(3, 4, 1, 2), (0..3, 2..4));
        assert_eq!(rectangle(10, 1, 0, 2), (0..5, 0..1));
    }
}
