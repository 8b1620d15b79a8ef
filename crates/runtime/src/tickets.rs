use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Worker;

/// Hands out the units of an instruction's work one after the other, so that a thread whose core is taken away for a while
/// does less of it, and the others need not wait for its share.
///
/// Every thread asks until none is left, and the last of these questions makes the tickets as new. So there must be a barrier
/// between two uses (the executor has one between two runs of an instruction), and a run that ended early needs
/// [`Tickets::reset`].
// A line of the cache for itself: what lies next to it is read all the time.
#[derive(Debug, Default)]
#[repr(align(64))]
pub struct Tickets(AtomicUsize);

impl Tickets {
    /// Makes them as new, whatever happened before.
    pub fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

impl Worker<'_> {
    /// The units of `total` that this thread gets, as it comes to ask for them, `grain` at a time. All threads must call this,
    /// with the same numbers, and come to the end.
    ///
    /// Who gets what is up to chance: a unit must have the same result whichever thread does it.
    #[inline]
    pub fn claim<'t>(
        &self,
        tickets: &'t Tickets,
        total: usize,
        grain: usize,
    ) -> impl Iterator<Item = Range<usize>> + use<'t> {
        let grain = grain.max(1);
        let grains = total.div_ceil(grain);
        let last = grains + self.count - 1;
        // The order of other memory is the business of barriers.
        let next = move || {
            let ticket = tickets.0.fetch_add(1, Ordering::Relaxed);
            if ticket == last {
                tickets.reset();
            }
            (ticket < grains).then(|| ticket * grain..total.min((ticket + 1) * grain))
        };
        std::iter::from_fn(next).fuse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Barrier, Slots};
    use std::thread::{scope, sleep};
    use std::time::Duration;

    #[test]
    fn every_unit_is_handed_out_once_in_every_run() {
        let (slots, tickets) = (Slots { addresses: vec![] }, Tickets::default());
        for threads in 1..=4 {
            for (total, grain) in [(0, 4), (1, 0), (7, 1), (100, 16), (101, 1)] {
                let barrier = Barrier::new(threads);
                let times: Vec<AtomicUsize> = (0..total).map(|_| AtomicUsize::new(0)).collect();
                scope(|scope| {
                    for id in 0..threads {
                        let (slots, tickets, barrier, times) = (&slots, &tickets, &barrier, &times);
                        scope.spawn(move || {
                            let worker = Worker::new(id, threads, slots, std::ptr::null_mut(), barrier);
                            for run in 1..=20 {
                                if run % 5 == id {
                                    sleep(Duration::from_micros(100));
                                }
                                for units in worker.claim(tickets, total, grain) {
                                    assert!(units.len() == grain.max(1) || units.end == total);
                                    units.for_each(|unit| _ = times[unit].fetch_add(1, Ordering::Relaxed));
                                }
                                worker.barrier();
                                assert!(times.iter().all(|times| times.load(Ordering::Relaxed) == run));
                                worker.barrier();
                            }
                        });
                    }
                });
            }
        }
    }

    #[test]
    fn a_thread_that_sleeps_leaves_its_work_to_the_others() {
        let (slots, tickets, barrier) = (Slots { addresses: vec![] }, Tickets::default(), Barrier::new(2));
        let worker = |id| Worker::new(id, 2, &slots, std::ptr::null_mut(), &barrier);
        let mut asleep = worker(0).claim(&tickets, 10, 1);
        assert_eq!(asleep.next(), Some(0..1));
        assert_eq!(worker(1).claim(&tickets, 10, 1).count(), 9);
        assert_eq!((asleep.next(), asleep.next()), (None, None));
        assert_eq!(worker(0).claim(&tickets, 10, 3).next(), Some(0..3));
        tickets.reset();
        assert_eq!(worker(1).claim(&tickets, 10, 20).next(), Some(0..10));
    }
}
