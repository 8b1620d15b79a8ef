//! Expressions of every element of a space.

use std::ops::Range;

use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::code::Code;
use crate::feed::Feed;
use crate::input::Input;
use crate::output::{Output, finish_streams};
use crate::program::Program;
use crate::tier::Tier;

/// `outputs = expressions(inputs)` for each element of the inputs, which broadcast to one space.
pub struct Map {
    size: usize,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    program: Program,
    streams: bool,
}

/// Threads share the elements in units of so many.
pub(crate) const GRAIN: usize = 512;

impl Map {
    /// Reads `rank, dims, nInputs, inputs, nOutputs, outputs, code`.
    ///
    /// # Errors
    /// The instruction is malformed.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// As [`Map::decode`], for a tier that the machine has.
    ///
    /// # Errors
    /// The instruction is malformed.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let rank = reader.count()?;
        let dims = reader.counts(rank)?;
        Self::decode_over(reader, &dims, 0, tier)
    }

    /// Reads `nInputs, inputs, nOutputs, outputs, code` over a space. The code has so many inputs before these.
    pub(crate) fn decode_over(
        reader: &mut Reader,
        dims: &[usize],
        before: usize,
        tier: Tier,
    ) -> Result<Self, DecodeError> {
        let inputs = reader.count()?;
        let inputs = (0..inputs).map(|_| Input::decode(reader, dims)).collect::<Result<Vec<_>, _>>()?;
        let outputs = reader.count()?;
        let outputs = (0..outputs).map(|_| Output::decode(reader)).collect::<Result<Vec<_>, _>>()?;
        let code = Code::decode(reader)?;
        let results: Vec<usize> = outputs.iter().map(|output| output.register).collect();
        let program = Program::new(&code, before + inputs.len(), &results, tier)?;
        Ok(Self { size: dims.iter().product(), inputs, outputs, program, streams: false })
    }

    /// What it writes past the caches, where that is possible: all that lies apart from the inputs.
    #[must_use]
    pub fn streaming(mut self) -> Self {
        self.streams = cfg!(target_arch = "x86_64");
        self
    }

    /// The most elements that are computed at a time.
    pub(crate) fn chunk(&self) -> usize {
        self.program.chunk()
    }

    /// The elements that a thread computes.
    pub(crate) fn share(&self, worker: &Worker) -> Range<usize> {
        worker.share(self.size, GRAIN)
    }

    /// Whether the steps can write an output without a buffer between: its place is nothing else, and its memory is no input's,
    /// or that of one that may be overwritten.
    fn is_written_in_place(&self, worker: &Worker, i: usize) -> bool {
        let (output, place) = (&self.outputs[i], self.program.outputs[i]);
        let is_own = place >= self.program.inputs
            && !self.program.outputs[..i].contains(&place)
            && self.program.constants.iter().all(|(constant, _)| *constant != place);
        if output.is_bytes() || !is_own {
            return false;
        }
        let written = output.bytes(worker.slot(output.slot), self.size);
        let before = self.program.inputs - self.inputs.len();
        self.inputs.iter().enumerate().all(|(i, input)| {
            let read = input.bytes(worker.slot(input.slot));
            let is_same = read.start == written.start && input.is_dense();
            let may_overwrite = || is_same && self.program.may_overwrite(place, before + i);
            read.end <= written.start || written.end <= read.start || may_overwrite()
        })
    }

    /// Whether an output is written past the caches.
    fn is_streamed(&self, worker: &Worker, i: usize) -> bool {
        let output = &self.outputs[i];
        let base: *mut u8 = worker.slot(output.slot);
        if !self.streams || output.is_bytes() || !base.addr().is_multiple_of(16) {
            return false;
        }
        let written = output.bytes(base, self.size);
        self.inputs.iter().all(|input| {
            let read = input.bytes(worker.slot(input.slot));
            read.end <= written.start || written.end <= read.start
        })
    }

    /// Computes this thread's share. Before each chunk, `prepare` gets its first element and their number, and places the inputs
    /// before those of the map.
    pub(crate) fn run_with(&self, worker: &Worker, mut prepare: impl FnMut(&mut Feed, usize, usize)) {
        let share = self.share(worker);
        if share.is_empty() {
            return;
        }
        let chunk = self.program.chunk().min(share.len());
        // one bit for each output; there are never more than a few
        let bits_of = |test: &dyn Fn(usize) -> bool| {
            (0..self.outputs.len().min(64)).filter(|i| test(*i)).fold(0u64, |bits, i| bits | 1 << i)
        };
        let is_in = |bits: u64, i: usize| i < 64 && bits >> i & 1 == 1;
        let streamed = bits_of(&|i| self.is_streamed(worker, i));
        let in_place = bits_of(&|i| !is_in(streamed, i) && self.is_written_in_place(worker, i));
        let in_place = |i: usize| is_in(in_place, i);
        let stored = |is_input: bool| {
            let outputs = self.outputs.iter().zip(self.program.outputs.iter().copied()).enumerate();
            outputs.filter(move |(i, (_, place))| !in_place(*i) && (*place < self.program.inputs) == is_input)
        };
        Feed::run(&self.program, &self.inputs, worker, chunk, |feed| {
            for start in share.clone().step_by(chunk) {
                let n = chunk.min(share.end - start);
                prepare(feed, start, n);
                for (i, output) in self.outputs.iter().enumerate().filter(|(i, _)| in_place(*i)) {
                    // SAFETY: the output has an element for each of the space
                    feed.place(self.program.outputs[i], unsafe { worker.slot::<u32>(output.slot).add(start) });
                }
                // SAFETY: the space has these elements, and so has every output; outputs in place are apart from all inputs
                unsafe {
                    feed.compute(start, n);
                    // inputs that are outputs as they are come first, before others take their place
                    for is_input in [true, false] {
                        for (i, (output, place)) in stored(is_input) {
                            let (base, lanes) = (worker.slot(output.slot), feed.lanes(place));
                            if is_in(streamed, i) {
                                output.stream(base, start, lanes, n);
                            } else {
                                output.store(base, start, lanes, n);
                            }
                        }
                    }
                }
            }
            if streamed != 0 {
                finish_streams();
            }
        });
    }
}

impl Op for Map {
    fn run(&self, worker: &Worker) {
        self.run_with(worker, |_, _, _| ());
    }
}
