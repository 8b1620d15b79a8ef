use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// How often a thread looks before it sleeps: some tens of microseconds.
const SPINS: u32 = 1000;

/// Where the threads of a run wait for each other: spins for a bounded time, then sleeps.
pub struct Barrier {
    threads: usize,
    arrived: AtomicUsize,
    generation: AtomicUsize,
    sleepers: AtomicUsize,
    poisoned: AtomicBool,
    bed: Mutex<()>,
    alarm: Condvar,
}

/// What a thread unwinds with that waits at a barrier which another thread will never reach.
pub struct Poisoned;

impl Barrier {
    pub fn new(threads: usize) -> Self {
        Self {
            threads,
            arrived: AtomicUsize::new(0),
            generation: AtomicUsize::new(0),
            sleepers: AtomicUsize::new(0),
            poisoned: AtomicBool::new(false),
            bed: Mutex::new(()),
            alarm: Condvar::new(),
        }
    }

    /// Returns when all threads are here.
    ///
    /// Unwinds with [`Poisoned`], without a message, if one of them has left the run.
    pub fn wait(&self) {
        if self.threads == 1 {
            return;
        }
        let generation = self.generation.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.threads {
            self.arrived.store(0, Ordering::Relaxed);
            self.generation.store(generation.wrapping_add(1), Ordering::SeqCst);
            self.wake();
            return;
        }
        for _ in 0..SPINS {
            if self.is_over(generation) {
                return;
            }
            std::hint::spin_loop();
        }
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let mut guard = self.bed.lock().unwrap_or_else(PoisonError::into_inner);
        while self.generation.load(Ordering::SeqCst) == generation && !self.is_poisoned() {
            guard = self.alarm.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        drop(guard);
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
        self.is_over(generation);
    }

    /// Makes every thread that waits here, now or later, leave the run.
    pub fn poison(&self) {
        self.poisoned.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub fn is_poisoned(&self) -> bool {
        self.poisoned.load(Ordering::SeqCst)
    }

    /// Makes it as new. No thread may be waiting.
    pub fn reset(&self) {
        self.arrived.store(0, Ordering::SeqCst);
        self.poisoned.store(false, Ordering::SeqCst);
    }

    fn is_over(&self, generation: usize) -> bool {
        if self.generation.load(Ordering::Acquire) != generation {
            return true;
        }
        if self.is_poisoned() {
            resume_unwind(Box::new(Poisoned));
        }
        false
    }

    /// A thread counts itself among the sleepers before it looks a last time, so none is missed.
    fn wake(&self) {
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            drop(self.bed.lock().unwrap_or_else(PoisonError::into_inner));
            self.alarm.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread::{scope, sleep};
    use std::time::Duration;

    #[test]
    fn no_thread_passes_before_all_have_come() {
        let (barrier, came) = (Barrier::new(3), AtomicUsize::new(0));
        scope(|threads| {
            for id in 0..3 {
                let (barrier, came) = (&barrier, &came);
                threads.spawn(move || {
                    for round in 1..=200 {
                        if round % 50 == id {
                            sleep(Duration::from_millis(1));
                        }
                        came.fetch_add(1, Ordering::SeqCst);
                        barrier.wait();
                        assert!(came.load(Ordering::SeqCst) >= 3 * round);
                        barrier.wait();
                    }
                });
            }
        });
        assert_eq!(came.load(Ordering::SeqCst), 600);
    }

    #[test]
    fn a_thread_that_leaves_takes_the_waiting_ones_along() {
        let barrier = Barrier::new(2);
        for nap in [0, 20] {
            barrier.reset();
            scope(|threads| {
                let waiting = threads.spawn(|| catch_unwind(AssertUnwindSafe(|| barrier.wait())));
                sleep(Duration::from_millis(nap));
                barrier.poison();
                assert!(waiting.join().unwrap().unwrap_err().is::<Poisoned>());
            });
        }
    }
}
