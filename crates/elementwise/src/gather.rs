//! Elements of memory with strides, in row-major order.

use capas_runtime::DecodeError;

use crate::code::error;
use crate::lane::Lane;
use crate::tier::{Tier, per_tier};

/// Axes and the strides along them, with neighbours made one where they lie in memory like one.
#[derive(Debug)]
pub(crate) struct Strided {
    rank: usize,
    dims: [usize; MAX_RANK],
    strides: [usize; MAX_RANK],
}

const MAX_RANK: usize = 8;

impl Strided {
    pub(crate) fn new(dims: &[usize], strides: &[usize]) -> Result<Self, DecodeError> {
        let mut it = Self { rank: 0, dims: [1; MAX_RANK], strides: [0; MAX_RANK] };
        for (dim, stride) in dims.iter().zip(strides).filter(|(dim, _)| **dim != 1) {
            let last = it.rank.wrapping_sub(1);
            if it.rank > 0 && it.strides[last] == stride * dim {
                it.dims[last] *= dim;
                it.strides[last] = *stride;
            } else if it.rank == MAX_RANK {
                return Err(error(format!("an input has more than {MAX_RANK} axes")));
            } else {
                (it.dims[it.rank], it.strides[it.rank]) = (*dim, *stride);
                it.rank += 1;
            }
        }
        Ok(it)
    }

    pub(crate) fn dims(&self) -> &[usize] {
        &self.dims[..self.rank]
    }

    pub(crate) fn strides(&self) -> &[usize] {
        &self.strides[..self.rank]
    }

    /// The number of elements of memory from the first to the last.
    pub(crate) fn extent(&self) -> usize {
        let steps = self.dims().iter().zip(self.strides()).map(|(dim, stride)| dim.saturating_sub(1) * stride);
        steps.sum::<usize>() + 1
    }

    /// Where `n` elements from one on lie, if they lie one after another.
    pub(crate) fn dense_run(&self, start: usize, n: usize) -> Option<usize> {
        let last = self.rank.checked_sub(1)?;
        let inner = self.dims[last];
        (self.strides[last] == 1 && start % inner + n <= inner).then(|| self.locate(start).1)
    }

    /// The indices of an element along all axes, and its place in memory.
    fn locate(&self, element: usize) -> ([usize; MAX_RANK], usize) {
        let (mut index, mut rest, mut at) = ([0; MAX_RANK], element, 0);
        for axis in (0..self.rank).rev() {
            index[axis] = rest % self.dims[axis];
            rest /= self.dims[axis];
            at += index[axis] * self.strides[axis];
        }
        (index, at)
    }

    /// Copies `n` elements from one on.
    ///
    /// # Safety
    /// Memory at `base` has the elements, `to` room for them.
    pub(crate) unsafe fn gather<T: Copy + Into<u32>>(&self, base: *const T, start: usize, n: usize, to: *mut u32) {
        let Some(last) = self.rank.checked_sub(1) else { return };
        let (inner, stride) = (self.dims[last], self.strides[last]);
        let (mut index, mut at) = self.locate(start);
        let mut done = 0;
        loop {
            let run = (inner - index[last]).min(n - done);
            // SAFETY: as the caller says
            unsafe { copy_run(base.add(at), stride, run, to.add(done)) };
            done += run;
            if done >= n {
                return;
            }
            at -= index[last] * stride;
            index[last] = 0;
            for axis in (0..last).rev() {
                index[axis] += 1;
                at += self.strides[axis];
                if index[axis] < self.dims[axis] {
                    break;
                }
                at -= self.dims[axis] * self.strides[axis];
                index[axis] = 0;
            }
        }
    }
}

/// Copies `n` elements with a stride, widening bytes.
///
/// # Safety
/// `from` has the elements, `to` room for them.
#[inline]
pub(crate) unsafe fn copy_run<T: Copy + Into<u32>>(from: *const T, stride: usize, n: usize, to: *mut u32) {
    // SAFETY: as the caller says
    unsafe {
        let to = std::slice::from_raw_parts_mut(to, n);
        match stride {
            0 => fill::<f32>(Tier::best())(to, (*from).into()),
            1 => widen(std::slice::from_raw_parts(from, n), to),
            _ => {
                for (i, to) in to.iter_mut().enumerate() {
                    *to = (*from.add(i * stride)).into();
                }
            }
        }
    }
}

#[inline(always)]
fn fill_loop<F: Lane, const FMA: bool>(to: &mut [u32], bits: u32) {
    to.fill(bits);
}

per_tier!(fill<F: Lane>, fill_loop, fn(to: &mut [u32], bits: u32));

#[inline]
fn widen<T: Copy + Into<u32>>(from: &[T], to: &mut [u32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = (*from).into();
    }
}
