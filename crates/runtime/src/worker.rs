use std::cell::RefCell;
use std::ops::Range;

use crate::Barrier;

/// The address of every slot of an executable, as bound for this run.
#[derive(Clone)]
pub struct Slots {
    pub addresses: Vec<*mut u8>,
}

// SAFETY: addresses are only read through workers, and the plan says that no two threads write the same element.
unsafe impl Send for Slots {}
// SAFETY: as above.
unsafe impl Sync for Slots {}

/// Some of the rows of a loop, of which a thread does all steps alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    pub own: Range<usize>,
    /// How many there are.
    pub count: usize,
}

impl Rows {
    /// Those of `total` units of work that are of these rows: so many units are a row as there are times more of them.
    #[inline]
    pub fn of(&self, total: usize) -> Range<usize> {
        let units = total / self.count;
        self.own.start * units..self.own.end * units
    }
}

/// One of the threads that run an instruction together, or one that runs it alone for some rows.
pub struct Worker<'a> {
    /// From 0 to `count - 1`.
    pub id: usize,
    pub count: usize,
    slots: &'a Slots,
    scratch: *mut u8,
    barrier: &'a Barrier,
    rows: Option<&'a Rows>,
    failure: RefCell<Option<String>>,
}

impl<'a> Worker<'a> {
    pub fn new(id: usize, count: usize, slots: &'a Slots, scratch: *mut u8, barrier: &'a Barrier) -> Self {
        Self { id, count, slots, scratch, barrier, rows: None, failure: RefCell::new(None) }
    }

    /// A thread that does these rows of an instruction, with scratch memory of its own. It meets nobody.
    pub fn of_rows(rows: &'a Rows, slots: &'a Slots, scratch: *mut u8, barrier: &'a Barrier) -> Self {
        Self { rows: Some(rows), ..Self::new(0, 1, slots, scratch, barrier) }
    }

    /// The rows that it does, where it does not do its share of all.
    #[inline]
    pub fn rows(&self) -> Option<&Rows> {
        self.rows
    }

    /// The first element of a slot. The plan says how many there are, and that no two threads write the same.
    #[inline]
    pub fn slot<T>(&self, slot: usize) -> *mut T {
        self.slots.addresses[slot].cast()
    }

    /// The scratch memory of all threads, aligned to 64 bytes.
    #[inline]
    pub fn scratch<T>(&self) -> *mut T {
        self.scratch.cast()
    }

    /// Waits for the other threads of this instruction.
    #[inline]
    pub fn barrier(&self) {
        if self.count > 1 {
            self.barrier.wait();
        }
    }

    /// Makes the run end with this message once the instruction has returned: for data that it cannot work on, such as an
    /// index out of range. The first message of a thread stays.
    pub fn fail(&self, message: impl Into<String>) {
        self.failure.borrow_mut().get_or_insert_with(|| message.into());
    }

    /// The message of [`Worker::fail`] since the last call.
    pub fn take_failure(&self) -> Option<String> {
        self.failure.borrow_mut().take()
    }

    /// This thread's part of `total` units of work, cut at multiples of `grain`, or between rows.
    #[inline]
    pub fn share(&self, total: usize, grain: usize) -> Range<usize> {
        match self.rows {
            Some(rows) => rows.of(total),
            None => share(total, grain, self.id, self.count),
        }
    }
}

/// The part of a thread of `count`: see [`Worker::share`].
#[inline]
pub fn share(total: usize, grain: usize, id: usize, count: usize) -> Range<usize> {
    let grain = grain.max(1);
    let grains = total.div_ceil(grain);
    let from = grains * id / count;
    let to = grains * (id + 1) / count;
    (from * grain).min(total)..(to * grain).min(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_cover_all_units_once() {
        let (slots, barrier) = (Slots { addresses: vec![] }, Barrier::new(3));
        for (total, grain) in [(0, 4), (1, 4), (7, 0), (100, 16), (101, 1)] {
            let shares =
                (0..3).map(|id| Worker::new(id, 3, &slots, std::ptr::null_mut(), &barrier).share(total, grain));
            let end = shares.fold(0, |from, share| {
                assert_eq!(share.start, from);
                share.end
            });
            assert_eq!(end, total);
        }
    }

    #[test]
    fn who_does_some_rows_has_their_units() {
        let (slots, barrier) = (Slots { addresses: vec![] }, Barrier::new(2));
        let rows = Rows { own: 3..5, count: 8 };
        let worker = Worker::of_rows(&rows, &slots, std::ptr::null_mut(), &barrier);
        assert_eq!(worker.share(8, 4), 3..5);
        assert_eq!(worker.share(80, 64), 30..50);
        worker.barrier();
    }

    #[test]
    fn the_first_failure_stays() {
        let (slots, barrier) = (Slots { addresses: vec![] }, Barrier::new(1));
        let worker = Worker::new(0, 1, &slots, std::ptr::null_mut(), &barrier);
        worker.fail("first");
        worker.fail("second");
        assert_eq!(worker.take_failure().as_deref(), Some("first"));
        assert_eq!(worker.take_failure(), None);
    }
}
