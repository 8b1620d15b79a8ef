//! Runs a program over chunks of lanes, in buffers of the thread.

use std::cell::RefCell;

use crate::function::{Compute, repair_lanes, run_lanes};
use crate::program::{Place, Program, Step};

/// A cache line of lanes; buffers start at one.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
struct Line([u32; 16]);

thread_local! {
    static SCRATCH: RefCell<(Vec<Line>, Vec<*mut u32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// The places of a program for one thread: pointers to lanes.
pub(crate) struct Machine<'a> {
    program: &'a Program,
    places: &'a mut [*mut u32],
    /// Buffers beside those of the program, for inputs that are not read in place.
    extra: *mut u32,
}

impl Program {
    /// Calls `body` with a machine for chunks of up to `chunk` lanes, and `extra` more lanes for the caller.
    pub(crate) fn with_machine<R>(&self, chunk: usize, extra: usize, body: impl FnOnce(&mut Machine) -> R) -> R {
        SCRATCH.with_borrow_mut(|(lines, places)| {
            let per_buffer = chunk.div_ceil(16);
            let buffers = self.places - self.inputs;
            let needed = buffers * per_buffer + extra.div_ceil(16);
            if lines.len() < needed {
                lines.resize(needed, Line([0; 16]));
            }
            let base: *mut u32 = lines.as_mut_ptr().cast();
            places.clear();
            places.resize(self.inputs, std::ptr::null_mut());
            // SAFETY: `lines` has room for all buffers
            places.extend((0..buffers).map(|i| unsafe { base.add(i * per_buffer * 16) }));
            for (place, bits) in &self.constants {
                // SAFETY: the buffer has `chunk` lanes, and nothing else refers to it
                unsafe { std::slice::from_raw_parts_mut(places[*place], chunk) }.fill(*bits);
            }
            // SAFETY: as above
            let extra = unsafe { base.add(buffers * per_buffer * 16) };
            body(&mut Machine { program: self, places, extra })
        })
    }
}

/// Calls `body` with so many lanes of the thread, aligned to 64 bytes.
pub(crate) fn with_lanes<R>(count: usize, body: impl FnOnce(*mut u32) -> R) -> R {
    SCRATCH.with_borrow_mut(|(lines, _)| {
        let needed = count.div_ceil(16);
        if lines.len() < needed {
            lines.resize(needed, Line([0; 16]));
        }
        body(lines.as_mut_ptr().cast())
    })
}

impl Machine<'_> {
    pub(crate) fn program(&self) -> &Program {
        self.program
    }

    /// The lanes that the caller asked for.
    pub(crate) fn extra(&self) -> *mut u32 {
        self.extra
    }

    /// Lets a place lie elsewhere: an input in memory or in a buffer, an output where it is wanted.
    #[inline]
    pub(crate) fn place(&mut self, place: Place, lanes: *mut u32) {
        self.places[place] = lanes;
    }

    #[inline]
    pub(crate) fn lanes(&self, place: Place) -> *mut u32 {
        self.places[place]
    }

    /// Runs all steps over the first `n` lanes.
    ///
    /// # Safety
    /// Every input has `n` lanes, the places of outputs have room for them, and none of these overlaps a place that is read as
    /// something else, but as [`Program::may_overwrite`] says. The machine has the tier of the program.
    #[inline]
    pub(crate) unsafe fn run(&self, n: usize) {
        for step in &self.program.steps {
            // SAFETY: as the caller says
            unsafe { self.step(step, n) };
        }
    }

    /// # Safety
    /// As for [`Machine::run`].
    #[inline]
    unsafe fn step(&self, step: &Step, n: usize) {
        if let Compute::Fused(kernel) = step.compute {
            let dsts = step.dsts.map(|place| self.places[place]);
            let args = step.args.map(|place| self.places[place].cast_const());
            // SAFETY: the places that the kernel uses have `n` lanes
            return unsafe { kernel(&dsts, &args, n) };
        }
        let in_place = step.arity > 0 && self.places[step.args[0]] == self.places[step.dsts[0]];
        // SAFETY: the places have `n` lanes, and the step writes none that it reads but the first, which is not made a slice then
        let lanes = |arg: usize| unsafe {
            if arg >= step.arity || (arg == 0 && in_place) {
                return &[][..];
            }
            std::slice::from_raw_parts(self.places[step.args[arg]].cast_const(), n)
        };
        // SAFETY: as above
        let dst = unsafe { std::slice::from_raw_parts_mut(self.places[step.dsts[0]], n) };
        match step.compute {
            // SAFETY: the machine has the tier
            Compute::Pair(_, kernel) if in_place => unsafe { kernel(dst, lanes(0), lanes(1), lanes(2)) },
            // SAFETY: as above
            Compute::Pair(kernel, _) | Compute::Vector(kernel) => unsafe { kernel(dst, lanes(0), lanes(1), lanes(2)) },
            Compute::Guarded(kernel, function) => {
                // SAFETY: as above
                unsafe { kernel(dst, lanes(0), lanes(1), lanes(2)) };
                repair_lanes(function, dst, lanes(0));
            }
            Compute::Scalar(function, dtype) => run_lanes(function, dtype, dst, [lanes(0), lanes(1), lanes(2)]),
            Compute::Fused(_) => {}
        }
    }
}
