use crate::simd::{LINE, prefetch};

/// What is read next: it is fetched into the cache by and by, while something else is worked on.
pub(crate) struct Ahead {
    at: *const f32,
    lines: usize,
    at_once: usize,
}

impl Ahead {
    /// So many floats, in so many calls of [`Ahead::fetch`].
    pub fn new(at: *const f32, floats: usize, calls: usize) -> Self {
        let lines = floats / LINE;
        Self { at, lines, at_once: lines.div_ceil(calls.max(1)) }
    }

    /// One of the calls.
    #[inline]
    pub fn fetch(&mut self) {
        let count = self.at_once.min(self.lines);
        (0..count).for_each(|line| prefetch(self.at.wrapping_add(line * LINE)));
        (self.at, self.lines) = (self.at.wrapping_add(count * LINE), self.lines - count);
    }
}
