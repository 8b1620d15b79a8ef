use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use capas_runtime::{Barrier, Op, Poisoned, Slots, Worker};

use crate::float_mode::FlushDenormals;
use crate::profile::Profile;

/// An instruction of the stream, ready to run.
pub struct Instruction {
    pub op: Box<dyn Op>,
    /// All threads wait for each other before it.
    pub barrier: bool,
    /// The first thread does it alone.
    pub serial: bool,
    /// Its place in the program.
    pub index: usize,
}

impl Instruction {
    /// Bytes of scratch memory when so many threads are there.
    pub fn scratch_bytes(&self, threads: usize) -> usize {
        self.op.scratch_bytes(if self.serial { 1 } else { threads })
    }
}

/// Why a run ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunError {
    /// The instruction of the program, where one is to blame.
    pub instruction: Option<usize>,
    pub message: String,
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.instruction {
            Some(index) => write!(f, "instruction {index}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for RunError {}

/// Some steps of a stream, as all threads see them.
pub struct Walk<'a> {
    pub instructions: &'a [Instruction],
    pub slots: &'a Slots,
    pub scratch: *mut u8,
    pub barrier: &'a Barrier,
    pub threads: usize,
    pub steps: usize,
    /// Asked by the first thread before every step but the first.
    pub should_end: &'a (dyn Fn() -> bool + Sync),
    end: AtomicUsize,
    has_failed: AtomicBool,
    error: Mutex<Option<RunError>>,
}

// SAFETY: the scratch memory is shared by all threads as the instructions say.
unsafe impl Sync for Walk<'_> {}

impl<'a> Walk<'a> {
    pub fn new(
        instructions: &'a [Instruction],
        slots: &'a Slots,
        scratch: *mut u8,
        (barrier, threads): (&'a Barrier, usize),
        steps: usize,
        should_end: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        Self {
            instructions,
            slots,
            scratch,
            barrier,
            threads,
            steps,
            should_end,
            end: AtomicUsize::new(steps),
            has_failed: AtomicBool::new(false),
            error: Mutex::new(None),
        }
    }

    /// The part of one thread. Returns when the steps are done, or when any thread has failed.
    pub fn run(&self, id: usize, profile: Option<&mut Profile>) {
        let _mode = FlushDenormals::new();
        let at = Cell::new(0);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.steps(id, profile, &at)))
            && !panic.is::<Poisoned>()
        {
            self.fail(at.get(), format!("a fault of Capas: {}", text_of(&*panic)));
        }
    }

    /// The number of steps that were done, once all threads have returned.
    pub fn result(self) -> Result<usize, RunError> {
        match self.error.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(self.end.into_inner()),
        }
    }

    fn steps(&self, id: usize, mut profile: Option<&mut Profile>, at: &Cell<usize>) {
        let team = Worker::new(id, self.threads, self.slots, self.scratch, self.barrier);
        let alone = Worker::new(0, 1, self.slots, self.scratch, self.barrier);
        for step in 0..self.steps {
            if step > 0 {
                if id == 0 && (self.should_end)() {
                    self.end.store(step, Ordering::Release);
                }
                team.barrier();
                // A thread that is late may see the decision on a later step, which does not concern this one.
                if self.end.load(Ordering::Acquire) <= step {
                    break;
                }
            }
            for instruction in self.instructions {
                at.set(instruction.index);
                if instruction.barrier {
                    team.barrier();
                }
                if instruction.serial && id > 0 {
                    continue;
                }
                if let Some(profile) = profile.as_deref_mut() {
                    profile.begin(instruction.index);
                }
                let worker = if instruction.serial { &alone } else { &team };
                instruction.op.run(worker);
                if let Some(message) = worker.take_failure() {
                    return self.fail(instruction.index, message);
                }
                if self.has_failed.load(Ordering::Relaxed) {
                    return;
                }
            }
            if let Some(profile) = profile.as_deref_mut() {
                profile.end();
            }
        }
    }

    /// Keeps the first error, and takes the other threads out of the run.
    fn fail(&self, instruction: usize, message: String) {
        let mut error = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        error.get_or_insert(RunError { instruction: Some(instruction), message });
        drop(error);
        self.has_failed.store(true, Ordering::Relaxed);
        self.barrier.poison();
    }
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown")
}
