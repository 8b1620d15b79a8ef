use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The address of every slot of an executable, as bound for this run.
pub struct Slots {
    pub addresses: Vec<*mut u8>,
}

unsafe impl Send for Slots {}
unsafe impl Sync for Slots {}

/// Where threads wait for each other: spins for a bounded time, then yields.
pub struct Barrier {
    threads: usize,
    waiting: AtomicUsize,
    generation: AtomicUsize,
}

impl Barrier {
    pub fn new(threads: usize) -> Self {
        Self { threads, waiting: AtomicUsize::new(0), generation: AtomicUsize::new(0) }
    }

    pub fn wait(&self) {
        if self.threads == 1 {
            return;
        }
        let generation = self.generation.load(Ordering::Acquire);
        if self.waiting.fetch_add(1, Ordering::AcqRel) + 1 == self.threads {
            self.waiting.store(0, Ordering::Relaxed);
            self.generation.store(generation.wrapping_add(1), Ordering::Release);
            return;
        }
        let mut spins = 0u32;
        while self.generation.load(Ordering::Acquire) == generation {
            spins += 1;
            if spins < 4096 {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
    }
}

/// One of the threads that run an instruction together.
pub struct Worker<'a> {
    /// From 0 to `count - 1`.
    pub id: usize,
    pub count: usize,
    slots: &'a Slots,
    scratch: *mut u8,
    barrier: &'a Barrier,
}

impl<'a> Worker<'a> {
    pub fn new(id: usize, count: usize, slots: &'a Slots, scratch: *mut u8, barrier: &'a Barrier) -> Self {
        Self { id, count, slots, scratch, barrier }
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

    /// This thread's part of `total` units of work, cut at multiples of `grain`.
    #[inline]
    pub fn share(&self, total: usize, grain: usize) -> Range<usize> {
        let grains = total.div_ceil(grain.max(1));
        let from = grains * self.id / self.count;
        let to = grains * (self.id + 1) / self.count;
        (from * grain).min(total)..(to * grain).min(total)
    }
}
