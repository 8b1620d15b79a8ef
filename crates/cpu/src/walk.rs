use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use capas_runtime::{Barrier, Op, Poisoned, Rows, Slots, Worker, share};

use crate::float_mode::FlushDenormals;
use crate::memory::ALIGNMENT;
use crate::profile::Profile;
use crate::repeat::{Own, Repeat};

/// An instruction of the stream, ready to run.
pub struct Instruction {
    pub work: Work,
    /// All threads wait for each other before it.
    pub barrier: bool,
    /// The first thread does it alone.
    pub serial: bool,
    /// Its place in the program.
    pub index: usize,
}

/// What there is to do.
pub enum Work {
    Op(Box<dyn Op>),
    /// The instructions again and again, while slots move.
    Loop(Repeat, Vec<Instruction>),
}

impl Instruction {
    /// Calls `visit` with it, and with what is in its loop.
    pub fn visit(&self, visit: &mut dyn FnMut(&Self)) {
        visit(self);
        if let Work::Loop(_, body) = &self.work {
            body.iter().for_each(|each| each.visit(visit));
        }
    }

    /// Bytes of scratch memory when so many threads are there.
    pub fn scratch_bytes(&self, threads: usize) -> usize {
        let threads = if self.serial { 1 } else { threads };
        match &self.work {
            Work::Op(op) => op.scratch_bytes(threads),
            Work::Loop(Repeat { apart: Some(own), .. }, body) => threads * (own.bytes() + most_scratch(body, 1)),
            Work::Loop(repeat, body) if repeat.rows_of(0, threads).is_some() => threads * most_scratch(body, 1),
            Work::Loop(_, body) => most_scratch(body, threads),
        }
    }

    /// See [`Op::reset`].
    pub fn reset(&self) {
        self.visit(&mut |each| {
            if let Work::Op(op) = &each.work {
                op.reset();
            }
        });
    }
}

/// The most scratch memory that one of the instructions needs, up to the end of the cache line.
fn most_scratch(body: &[Instruction], threads: usize) -> usize {
    let most = body.iter().map(|each| each.scratch_bytes(threads)).max();
    most.unwrap_or(0).next_multiple_of(ALIGNMENT)
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

/// What a thread knows for itself.
struct Thread<'a> {
    id: usize,
    /// How many do an instruction together.
    count: usize,
    scratch: *mut u8,
    /// Loops move some of them, and not all threads are at the same iteration.
    slots: Slots,
    profile: Option<&'a mut Profile>,
    /// The instruction that it is at.
    at: &'a Cell<usize>,
}

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

    fn steps(&self, id: usize, profile: Option<&mut Profile>, at: &Cell<usize>) {
        let (count, scratch) = (self.threads, self.scratch);
        let mut thread = Thread { id, count, scratch, slots: self.slots.clone(), profile, at };
        for step in 0..self.steps {
            if step > 0 {
                if id == 0 && (self.should_end)() {
                    self.end.store(step, Ordering::Release);
                }
                self.barrier.wait();
                // A thread that is late may see the decision on a later step, which does not concern this one.
                if self.end.load(Ordering::Acquire) <= step {
                    break;
                }
            }
            if !self.run_all(&mut thread, self.instructions) {
                return;
            }
            if let Some(profile) = thread.profile.as_deref_mut() {
                profile.end();
            }
        }
    }

    /// Whether the run goes on after them.
    fn run_all(&self, thread: &mut Thread, instructions: &[Instruction]) -> bool {
        instructions.iter().all(|instruction| {
            thread.at.set(instruction.index);
            if instruction.barrier {
                self.barrier.wait();
            }
            if instruction.serial && thread.id > 0 {
                return true;
            }
            if let Some(profile) = thread.profile.as_deref_mut() {
                profile.begin(instruction.index);
            }
            match &instruction.work {
                Work::Op(op) => self.run_op(thread, op.as_ref(), instruction),
                Work::Loop(repeat, body) => self.run_loop(thread, repeat, body),
            }
        })
    }

    fn run_op(&self, thread: &Thread, op: &dyn Op, &Instruction { serial, index, .. }: &Instruction) -> bool {
        let count = if serial { 1 } else { thread.count };
        self.run_as(&Worker::new(thread.id, count, &thread.slots, thread.scratch, self.barrier), op, index)
    }

    fn run_as(&self, worker: &Worker, op: &dyn Op, index: usize) -> bool {
        op.run(worker);
        if let Some(message) = worker.take_failure() {
            self.fail(index, message);
        }
        !self.has_failed.load(Ordering::Relaxed)
    }

    fn run_loop(&self, thread: &mut Thread, repeat: &Repeat, body: &[Instruction]) -> bool {
        if let Some(own) = &repeat.apart {
            return self.run_apart(thread, repeat, own, body);
        }
        let rows = repeat.rows_of(thread.id, thread.count);
        repeat.enter(&mut thread.slots);
        (0..repeat.length).all(|iteration| {
            repeat.begin(iteration, &mut thread.slots);
            let goes_on = match &rows {
                Some(rows) => self.run_rows(thread, rows, body),
                None => self.run_all(thread, body),
            };
            repeat.end(&mut thread.slots);
            goes_on
        })
    }

    /// This thread's iterations of a loop, as if it were alone.
    fn run_apart(&self, thread: &mut Thread, repeat: &Repeat, own: &Own, body: &[Instruction]) -> bool {
        let Thread { id, count, scratch, .. } = *thread;
        let start = scratch.wrapping_add(id * (own.bytes() + most_scratch(body, 1)));
        own.place(start, &mut thread.slots);
        (thread.id, thread.count, thread.scratch) = (0, 1, start.wrapping_add(own.bytes()));
        let goes_on = share(repeat.length, 1, id, count).all(|iteration| {
            repeat.begin(iteration, &mut thread.slots);
            self.run_all(thread, body)
        });
        (thread.id, thread.count, thread.scratch) = (id, count, scratch);
        goes_on
    }

    /// Some rows of each instruction, none of which waits for another thread. Whether the run goes on after them.
    fn run_rows(&self, thread: &mut Thread, rows: &Rows, body: &[Instruction]) -> bool {
        let scratch = thread.scratch.wrapping_add(thread.id * most_scratch(body, 1));
        body.iter().all(|instruction| {
            let index = instruction.index;
            thread.at.set(index);
            if let Some(profile) = thread.profile.as_deref_mut() {
                profile.begin(index);
            }
            match &instruction.work {
                Work::Op(op) => {
                    let worker = Worker::of_rows(rows, &thread.slots, scratch, self.barrier);
                    self.run_as(&worker, op.as_ref(), index)
                }
                Work::Loop(..) => unreachable!("the plan says that there is no loop in a loop of rows"),
            }
        })
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
