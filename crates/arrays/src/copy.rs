use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::layout::{Layout, Plane};
use crate::memory::Width;
use crate::tier::{Tier, for_each_tier};

/// Elements from one place to another, in any strides: transpose, slice, reverse, broadcast, and the parts of a concat.
pub struct Copy {
    width: Width,
    layout: Layout,
    from: usize,
    to: usize,
    tier: Tier,
}

impl Copy {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let width = Width::of_bytes(reader.count()?)?;
        let rank = reader.count()?;
        let dims = reader.counts(rank)?;
        let (from, from_offset, from_strides) = (reader.count()?, reader.count()?, reader.ints(rank)?);
        let (to, to_offset, to_strides) = (reader.count()?, reader.count()?, reader.ints(rank)?);
        let layout = Layout::new(&dims, (from_offset, &from_strides), (to_offset, &to_strides));
        Ok(Self { width, layout, from, to, tier: Tier::detect() })
    }

    fn copy<T: std::marker::Copy>(&self, worker: &Worker) {
        let (from, to) = (worker.slot::<T>(self.from), worker.slot::<T>(self.to));
        let own = worker.rows().map(|rows| self.layout.of_rows(rows));
        let layout = own.as_ref().unwrap_or(&self.layout);
        let units = if own.is_some() { 0..layout.units() } else { worker.share(layout.units(), 1) };
        for unit in units {
            let (plane, from_at, to_at) = layout.unit(unit);
            // SAFETY: the plan says that these places lie in the slots, and that no two of the target are one
            unsafe { copy_plane(self.tier, &plane, from.offset(from_at), to.offset(to_at)) };
        }
    }
}

impl Op for Copy {
    fn run(&self, worker: &Worker) {
        match self.width {
            Width::Byte => self.copy::<u8>(worker),
            Width::Word => self.copy::<u32>(worker),
        }
    }
}

/// # Safety
/// Both point to the first of elements that lie as the plane says.
unsafe fn copy_plane<T: std::marker::Copy>(tier: Tier, plane: &Plane, from: *const T, to: *mut T) {
    let &Plane { rows, columns, from_row, from_column, to_row, to_column } = plane;
    if to_column == 1 && from_row == 1 && from_column != 1 {
        return transpose(tier, plane, from, to);
    }
    for row in 0..rows as isize {
        // SAFETY: the caller's promise
        unsafe {
            let (from, to) = (from.offset(row * from_row), to.offset(row * to_row));
            match (from_column, to_column) {
                (1, 1) => to.copy_from_nonoverlapping(from, columns),
                (0, 1) => std::slice::from_raw_parts_mut(to, columns).fill(*from),
                _ => {
                    for column in 0..columns as isize {
                        *to.offset(column * to_column) = *from.offset(column * from_column);
                    }
                }
            }
        }
    }
}

/// The side of the squares that a transpose goes by: a line of the cache, in both directions.
const SIDE: usize = 16;

for_each_tier! {
    /// As [`copy_plane`], with its promise; the source has its rows, the target its columns side by side.
    fn transpose<T: std::marker::Copy>(plane: &Plane, from: *const T, to: *mut T) {
        for row in (0..plane.rows).step_by(SIDE) {
            for column in (0..plane.columns).step_by(SIDE) {
                let rows = SIDE.min(plane.rows - row);
                let columns = SIDE.min(plane.columns - column);
                // SAFETY: the caller's promise; all is within the plane
                unsafe {
                    let from = from.offset(row as isize + column as isize * plane.from_column);
                    let to = to.offset(row as isize * plane.to_row + column as isize);
                    if rows == SIDE && columns == SIDE {
                        transpose_square(from, plane.from_column, to, plane.to_row);
                        continue;
                    }
                    for i in 0..rows as isize {
                        for j in 0..columns as isize {
                            *to.offset(i * plane.to_row + j) = *from.offset(i + j * plane.from_column);
                        }
                    }
                }
            }
        }
    }
}

/// Reads whole lines before it writes some: columns of the source are often a power of two apart, where the cache holds
/// only few lines.
///
/// # Safety
/// As for [`transpose`], for a whole square.
#[inline(always)]
unsafe fn transpose_square<T: std::marker::Copy>(from: *const T, from_column: isize, to: *mut T, to_row: isize) {
    // SAFETY: the caller's promise; rows of the source lie side by side
    let mut columns = [unsafe { *from.cast::<[T; SIDE]>() }; SIDE];
    for (j, column) in columns.iter_mut().enumerate().skip(1) {
        // SAFETY: the same
        *column = unsafe { *from.offset(j as isize * from_column).cast() };
    }
    for i in 0..SIDE {
        // SAFETY: the same; columns of the target lie side by side
        let row = unsafe { &mut *to.offset(i as isize * to_row).cast::<[T; SIDE]>() };
        for (element, column) in row.iter_mut().zip(&columns) {
            *element = column[i];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, bytes, decode, floats, noise, run_all};

    /// Offset, strides.
    type Side = (usize, Vec<i32>);

    fn naive<T: std::marker::Copy>(dims: &[usize], x: &[T], from: &Side, out: &mut [T], to: &Side) {
        let total: usize = dims.iter().product();
        for flat in 0..total {
            let (mut rest, mut a, mut b) = (flat, from.0 as i32, to.0 as i32);
            for axis in (0..dims.len()).rev() {
                let i = (rest % dims[axis]) as i32;
                rest /= dims[axis];
                a += i * from.1[axis];
                b += i * to.1[axis];
            }
            out[b as usize] = x[a as usize];
        }
    }

    fn check(dims: &[usize], from: Side, to: Side, sizes: (usize, usize)) {
        let header = |element: i32| {
            let mut words = vec![element, dims.len() as i32];
            words.extend(dims.iter().map(|&dim| dim as i32));
            for (slot, side) in [&from, &to].into_iter().enumerate() {
                words.extend([slot as i32, side.0 as i32]);
                words.extend(&side.1);
            }
            words
        };
        let (x, mut expected) = (noise(sizes.0, 1), noise(sizes.1, 2));
        let before = floats(&expected);
        naive(dims, &x, &from, &mut expected, &to);
        for tier in Tier::available() {
            let op = Copy { tier, ..decode(&header(4), Copy::decode) };
            let slots = run_all(&op, &[floats(&x), before.clone()]);
            assert_eq!(slots[1], floats(&expected), "{dims:?} {from:?} {to:?} {tier:?}");
        }

        let x: Vec<u8> = (0..sizes.0).map(|i| (i * 13 % 255) as u8).collect();
        let mut expected = vec![255; sizes.1];
        let slots = run_all(&decode(&header(1), Copy::decode), &[bytes(&x), bytes(&expected)]);
        naive(dims, &x, &from, &mut expected, &to);
        assert_eq!(as_bytes(&slots[1], sizes.1), expected, "{dims:?} {from:?} {to:?}");
    }

    fn row_major(dims: &[usize]) -> Vec<i32> {
        (0..dims.len()).map(|axis| dims[axis + 1..].iter().product::<usize>() as i32).collect()
    }

    #[test]
    fn one_piece() {
        for count in [0, 1, 5, 40_000] {
            check(&[count], (0, vec![1]), (0, vec![1]), (count, count));
        }
        check(&[], (2, vec![]), (1, vec![]), (3, 2));
        check(&[3, 5, 7], (0, vec![35, 7, 1]), (0, vec![35, 7, 1]), (105, 105));
    }

    #[test]
    fn every_order_of_axes() {
        for dims in [[3, 5, 7], [33, 70, 18], [1, 4, 129], [2, 0, 3], [64, 64, 3]] {
            let strides = row_major(&dims);
            let size = dims.iter().product();
            for perm in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                let shape = perm.map(|axis| dims[axis]);
                let from = perm.map(|axis| strides[axis]).to_vec();
                check(&shape, (0, from), (0, row_major(&shape)), (size, size));
            }
        }
    }

    #[test]
    fn slices_reverses_and_broadcasts() {
        // x[1:4, ::2] of [5, 9]
        check(&[3, 5], (9, vec![9, 2]), (0, vec![5, 1]), (45, 15));
        // reversed along either axis
        check(&[5, 9], (36, vec![-9, 1]), (0, vec![9, 1]), (45, 45));
        check(&[5, 9], (8, vec![9, -1]), (0, vec![9, 1]), (45, 45));
        // a row, a column and one element for all
        check(&[6, 300], (0, vec![0, 1]), (0, vec![300, 1]), (300, 1800));
        check(&[300, 6], (0, vec![1, 0]), (0, vec![6, 1]), (300, 1800));
        check(&[7, 100], (2, vec![0, 0]), (0, vec![100, 1]), (3, 700));
    }

    #[test]
    fn into_a_part_of_the_target() {
        // the middle columns of [4, 10]; a transposed piece into [20, 40]; pads around images
        check(&[4, 3], (0, vec![3, 1]), (5, vec![10, 1]), (12, 40));
        check(&[17, 33], (0, vec![1, 17]), (41, vec![40, 1]), (561, 800));
        check(&[2, 5, 5, 3], (0, vec![75, 15, 3, 1]), (24, vec![147, 21, 3, 1]), (150, 294));
        // a target whose axes are not in order
        check(&[4, 6], (0, vec![6, 1]), (0, vec![1, 4]), (24, 24));
    }
}
