//! A machine together with the inputs of its program.

use std::ops::{Deref, DerefMut};

use capas_runtime::Worker;

use crate::input::Input;
use crate::machine::Machine;
use crate::program::Program;

/// Computes a program for any run of elements of a space.
pub(crate) struct Feed<'a, 'm> {
    machine: &'a mut Machine<'m>,
    inputs: &'a [Input],
    /// Where the inputs begin: those of the program before are the caller's to place.
    first: usize,
    worker: &'a Worker<'a>,
    chunk: usize,
}

impl Feed<'_, '_> {
    /// Calls `body` with the inputs ready for chunks of up to `chunk` elements: the last ones of the program.
    pub(crate) fn run<R>(
        program: &Program,
        inputs: &[Input],
        worker: &Worker,
        chunk: usize,
        body: impl FnOnce(&mut Feed) -> R,
    ) -> R {
        let extra = inputs.iter().map(|input| lines(input.buffer(chunk))).sum();
        program.with_machine(chunk, extra, |machine| {
            let mut feed = Feed { machine, inputs, first: program.inputs - inputs.len(), worker, chunk };
            feed.for_each_input(|input, base, buffer, chunk| {
                // SAFETY: the buffer is as long as the input asks for
                unsafe { input.prepare(base, buffer, chunk) };
                buffer
            });
            body(&mut feed)
        })
    }

    /// Computes `n` elements from one of the space on.
    ///
    /// # Safety
    /// The space has these elements, `n` is at most the chunk, and the place of no output overlaps an input.
    pub(crate) unsafe fn compute(&mut self, start: usize, n: usize) {
        // SAFETY: as the caller says
        unsafe {
            self.for_each_input(|input, base, buffer, _| input.lanes(base, buffer, start, n));
            self.machine.run(n);
        }
    }

    /// The first `n` lanes of the first output.
    ///
    /// # Safety
    /// They have been computed.
    pub(crate) unsafe fn result(&self, n: usize) -> &[u32] {
        let lanes = self.machine.lanes(self.machine.program().outputs[0]);
        // SAFETY: as the caller says
        unsafe { std::slice::from_raw_parts(lanes, n) }
    }

    fn for_each_input(&mut self, place: impl Fn(&Input, *const u8, *mut u32, usize) -> *mut u32) {
        let mut buffer = self.machine.extra();
        for (i, input) in self.inputs.iter().enumerate() {
            self.machine.place(self.first + i, place(input, self.worker.slot(input.slot), buffer, self.chunk));
            // SAFETY: the machine was asked for the sum of these
            buffer = unsafe { buffer.add(lines(input.buffer(self.chunk))) };
        }
    }
}

/// So many lanes, up to the end of the cache line.
fn lines(lanes: usize) -> usize {
    lanes.next_multiple_of(16)
}

impl<'m> Deref for Feed<'_, 'm> {
    type Target = Machine<'m>;

    fn deref(&self) -> &Self::Target {
        self.machine
    }
}

impl DerefMut for Feed<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.machine
    }
}
