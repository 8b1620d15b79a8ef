//! Expressions of every element of a space.

use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::code::Code;
use crate::feed::Feed;
use crate::input::Input;
use crate::output::Output;
use crate::program::Program;
use crate::tier::Tier;

/// `outputs = expressions(inputs)` for each element of the inputs, which broadcast to one space.
pub struct Map {
    size: usize,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    program: Program,
}

/// Threads share the elements in units of so many.
const GRAIN: usize = 512;

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
        let inputs = reader.count()?;
        let inputs = (0..inputs).map(|_| Input::decode(reader, &dims)).collect::<Result<Vec<_>, _>>()?;
        let outputs = reader.count()?;
        let outputs = (0..outputs).map(|_| Output::decode(reader)).collect::<Result<Vec<_>, _>>()?;
        let code = Code::decode(reader)?;
        let results: Vec<usize> = outputs.iter().map(|output| output.register).collect();
        let program = Program::new(&code, inputs.len(), &results, tier)?;
        Ok(Self { size: dims.iter().product(), inputs, outputs, program })
    }

    /// Which outputs the steps can write without a buffer between: those whose place is nothing else, and whose memory is no
    /// input's, or that of one that may be overwritten.
    fn written_in_place(&self, worker: &Worker) -> Vec<bool> {
        let is_own = |i: usize| {
            let place = self.program.outputs[i];
            place >= self.program.inputs
                && !self.program.outputs[..i].contains(&place)
                && self.program.constants.iter().all(|(constant, _)| *constant != place)
        };
        let is_apart = |i: usize, output: &Output| {
            let written = output.bytes(worker.slot(output.slot), self.size);
            self.inputs.iter().enumerate().all(|(place, input)| {
                let read = input.bytes(worker.slot(input.slot));
                let is_same = read.start == written.start && input.is_dense();
                let may_overwrite = || is_same && self.program.may_overwrite(self.program.outputs[i], place);
                read.end <= written.start || written.end <= read.start || may_overwrite()
            })
        };
        let outputs = self.outputs.iter().enumerate();
        outputs.map(|(i, output)| !output.is_bytes() && is_own(i) && is_apart(i, output)).collect()
    }
}

impl Op for Map {
    fn run(&self, worker: &Worker) {
        let share = worker.share(self.size, GRAIN);
        if share.is_empty() {
            return;
        }
        let chunk = self.program.chunk().min(share.len());
        let in_place = self.written_in_place(worker);
        Feed::run(&self.program, &self.inputs, worker, chunk, |feed| {
            for start in share.clone().step_by(chunk) {
                let n = chunk.min(share.end - start);
                for (i, output) in self.outputs.iter().enumerate().filter(|(i, _)| in_place[*i]) {
                    // SAFETY: the output has an element for each of the space
                    feed.place(self.program.outputs[i], unsafe { worker.slot::<u32>(output.slot).add(start) });
                }
                // SAFETY: the space has these elements, and so has every output; outputs in place are apart from all inputs
                unsafe {
                    feed.compute(start, n);
                    for (i, output) in self.outputs.iter().enumerate().filter(|(i, _)| !in_place[*i]) {
                        output.store(worker.slot(output.slot), start, feed.lanes(self.program.outputs[i]), n);
                    }
                }
            }
        });
    }
}
