use capas_runtime::Rows;

/// How elements lie in two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Axis {
    dim: usize,
    from: isize,
    to: isize,
}

/// Two axes of a copy, or a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plane {
    pub rows: usize,
    pub columns: usize,
    pub from_row: isize,
    pub from_column: isize,
    pub to_row: isize,
    pub to_column: isize,
}

/// A copy cut into units of work: parts of planes, for each place along the other axes.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    outer: Vec<Axis>,
    rows: Axis,
    columns: Axis,
    from_offset: isize,
    to_offset: isize,
    /// The largest part of a plane in one unit.
    row_block: usize,
    column_block: usize,
}

const SINGLE: Axis = Axis { dim: 1, from: 0, to: 0 };

/// Elements of a unit, if a plane has so many.
const UNIT: usize = 4096;

impl Layout {
    /// Of each place the first element and the strides.
    pub fn new(dims: &[usize], from: (usize, &[i32]), to: (usize, &[i32])) -> Self {
        let strides = from.1.iter().zip(to.1);
        let axes =
            dims.iter().zip(strides).map(|(&dim, (&from, &to))| Axis { dim, from: from as isize, to: to as isize });
        let mut outer = merged(axes.collect());
        let columns = outer.pop().unwrap_or(SINGLE);
        // the axis along which the source lies side by side, for a transpose; else the next one
        let side_by_side = outer.iter().position(|axis| axis.from == 1).filter(|_| columns.from.abs() > 1);
        let rows = match side_by_side {
            Some(at) => outer.remove(at),
            None => outer.pop().unwrap_or(SINGLE),
        };
        let (row_block, column_block) =
            if side_by_side.is_some() { (64, 64) } else { (UNIT / columns.dim.clamp(1, UNIT), UNIT) };
        Self { outer, rows, columns, from_offset: from.0 as isize, to_offset: to.0 as isize, row_block, column_block }
    }

    /// That of some of the rows, which are the outermost axis of the target.
    pub fn of_rows(&self, rows: &Rows) -> Self {
        let mut layout = self.clone();
        let Layout { outer, rows: inner, columns, from_offset, to_offset, .. } = &mut layout;
        let axes = outer.iter_mut().chain([inner, columns]).filter(|axis| axis.dim > 1);
        if let Some(axis) = axes.max_by_key(|axis| axis.to.abs()) {
            let own = rows.of(axis.dim);
            *from_offset += own.start as isize * axis.from;
            *to_offset += own.start as isize * axis.to;
            axis.dim = own.len();
        }
        layout
    }

    /// The number of units.
    pub fn units(&self) -> usize {
        let planes: usize = self.outer.iter().map(|axis| axis.dim).product();
        planes * self.rows.dim.div_ceil(self.row_block) * self.columns.dim.div_ceil(self.column_block)
    }

    /// A unit, and where it begins in the source and in the target.
    pub fn unit(&self, unit: usize) -> (Plane, isize, isize) {
        let column_blocks = self.columns.dim.div_ceil(self.column_block);
        let row_blocks = self.rows.dim.div_ceil(self.row_block);
        let column = unit % column_blocks * self.column_block;
        let mut rest = unit / column_blocks;
        let row = rest % row_blocks * self.row_block;
        rest /= row_blocks;
        let at = |axis: &Axis, place: usize| (place as isize * axis.from, place as isize * axis.to);
        let ends = [at(&self.rows, row), at(&self.columns, column)];
        let mut from = self.from_offset + ends[0].0 + ends[1].0;
        let mut to = self.to_offset + ends[0].1 + ends[1].1;
        for axis in self.outer.iter().rev() {
            let place = at(axis, rest % axis.dim);
            rest /= axis.dim;
            from += place.0;
            to += place.1;
        }
        let plane = Plane {
            rows: self.row_block.min(self.rows.dim - row),
            columns: self.column_block.min(self.columns.dim - column),
            from_row: self.rows.from,
            from_column: self.columns.from,
            to_row: self.rows.to,
            to_column: self.columns.to,
        };
        (plane, from, to)
    }
}

/// The axes in the order of the target, with those that lie like one axis in both places made one.
fn merged(mut axes: Vec<Axis>) -> Vec<Axis> {
    if axes.iter().any(|axis| axis.dim == 0) {
        return vec![Axis { dim: 0, from: 1, to: 1 }];
    }
    axes.retain(|axis| axis.dim != 1);
    axes.sort_by_key(|axis| std::cmp::Reverse(axis.to.abs()));
    let mut result: Vec<Axis> = Vec::new();
    for axis in axes {
        let length = axis.dim as isize;
        match result.last_mut() {
            Some(last) if last.from == axis.from * length && last.to == axis.to * length => {
                *last = Axis { dim: last.dim * axis.dim, ..axis };
            }
            _ => result.push(axis),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_that_lie_alike_are_one() {
        let layout = Layout::new(&[4, 1, 5, 6], (0, &[30, 7, 6, 1]), (0, &[30, 30, 6, 1]));
        assert_eq!(layout.columns, Axis { dim: 120, from: 1, to: 1 });
        assert_eq!((layout.outer.len(), layout.rows), (0, SINGLE));
    }

    #[test]
    fn some_rows_are_a_part_of_the_outermost_axis() {
        let rows = Rows { own: 1..3, count: 4 };
        // of a matrix, of what lies in one piece, of a column
        let part =
            |dims: &[usize], from: &[i32], to: &[i32]| Layout::new(dims, (7, from), (0, to)).of_rows(&rows).unit(0);
        let plane = Plane { rows: 2, columns: 5, from_row: 9, from_column: 1, to_row: 5, to_column: 1 };
        assert_eq!(part(&[4, 5], &[9, 1], &[5, 1]), (plane, 16, 5));
        let plane = Plane { rows: 1, columns: 10, from_row: 0, from_column: 1, to_row: 0, to_column: 1 };
        assert_eq!(part(&[4, 5], &[5, 1], &[5, 1]), (plane, 12, 5));
        let plane = Plane { rows: 1, columns: 2, from_row: 0, from_column: 3, to_row: 0, to_column: 1 };
        assert_eq!(part(&[4, 1], &[3, 1], &[1, 1]), (plane, 10, 1));
    }

    #[test]
    fn a_transpose_goes_along_both_sides() {
        // NCHW [2, 3, 4, 5] to NHWC
        let layout = Layout::new(&[2, 4, 5, 3], (0, &[60, 5, 1, 20]), (0, &[60, 15, 3, 1]));
        assert_eq!(layout.rows, Axis { dim: 20, from: 1, to: 3 });
        assert_eq!(layout.columns, Axis { dim: 3, from: 20, to: 1 });
        assert_eq!(layout.units(), 2);
    }
}
