//! Runs a program over chunks of lanes, in buffers of the thread.

use std::cell::RefCell;

use crate::program::{Place, Program};

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
    /// Every input has `n` lanes, the places of outputs have room for them, and none of these is a place that a later step
    /// still reads as something else.
    #[inline]
    pub(crate) unsafe fn run(&self, n: usize) {
        // SAFETY: as the caller says; no step writes a place that it reads
        let lanes = |used: bool, place: Place| unsafe {
            if used { std::slice::from_raw_parts(self.places[place].cast_const(), n) } else { &[][..] }
        };
        for step in &self.program.steps {
            let [a, b, c] = step.args;
            let (a, b, c) = (lanes(step.arity > 0, a), lanes(step.arity > 1, b), lanes(step.arity > 2, c));
            // SAFETY: as above; the tier is one of this machine
            unsafe {
                let dst = std::slice::from_raw_parts_mut(self.places[step.dst], n);
                step.compute.run(dst, a, b, c);
            }
        }
    }
}
