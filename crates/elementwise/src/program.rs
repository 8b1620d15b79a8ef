//! Code made ready: memory assigned, every step with its kernel.

use capas_runtime::DecodeError;

use crate::code::Code;
use crate::function::{Compute, compute};
use crate::fuse::fuse;
use crate::fused::{MAX_ARGS, MAX_OUTS};
use crate::rename::{Action, Node, rename};
use crate::tier::Tier;

/// A place where the lanes of a chunk lie: first the inputs, then buffers of the thread.
pub(crate) type Place = usize;

pub(crate) struct Step {
    pub compute: Compute,
    pub arity: usize,
    pub outs: usize,
    pub dsts: [Place; MAX_OUTS],
    pub args: [Place; MAX_ARGS],
}

/// The steps of an expression over places. No step writes an input, or a place that it reads.
pub(crate) struct Program {
    pub inputs: usize,
    pub places: usize,
    /// Buffers that hold one value in all lanes: place and bits.
    pub constants: Vec<(Place, u32)>,
    pub steps: Vec<Step>,
    /// Where each output lies after the last step. Only the step that computes an output writes there.
    pub outputs: Vec<Place>,
}

/// Lanes of all places together: what stays in the first cache.
const CACHED_LANES: usize = 6144;

impl Program {
    /// How many lanes to compute at a time.
    pub(crate) fn chunk(&self) -> usize {
        (CACHED_LANES / self.places.max(1)).clamp(128, 1024) & !63
    }

    /// Prepares code with so many inputs for the registers that are asked for.
    ///
    /// # Errors
    /// A register is read before it is written, or an output is no register.
    pub(crate) fn new(code: &Code, inputs: usize, outputs: &[usize], tier: Tier) -> Result<Self, DecodeError> {
        let (mut nodes, outputs) = rename(code, inputs, outputs)?;
        fuse(&mut nodes, &outputs, tier);
        let values = inputs + code.calls.len();
        let mut program = Self { inputs, places: inputs, constants: vec![], steps: vec![], outputs: vec![] };
        let place_of = program.assign(&nodes, &outputs, values, tier);
        program.outputs = outputs.iter().map(|output| place_of[*output]).collect();
        Ok(program)
    }

    /// Gives every value a place, and that of one that is not read any more to the next.
    fn assign(&mut self, nodes: &[Node], outputs: &[usize], values: usize, tier: Tier) -> Vec<Place> {
        let mut last_use = vec![None; values];
        for (at, node) in nodes.iter().enumerate() {
            node.args.iter().for_each(|arg| last_use[*arg] = Some(at));
        }
        let mut place_of: Vec<Place> = (0..values).collect();
        let mut free: Vec<Place> = vec![];
        // outputs, constants and inputs keep their places
        let mut is_kept: Vec<bool> = (0..values).map(|value| value < self.inputs || outputs.contains(&value)).collect();
        for (at, node) in nodes.iter().enumerate() {
            for value in &node.values {
                is_kept[*value] |= matches!(node.action, Action::Constant(_));
                let reused = if is_kept[*value] { None } else { free.pop() };
                place_of[*value] = reused.unwrap_or(self.places);
                self.places += usize::from(reused.is_none());
            }
            self.push(node, &place_of, tier);
            let mut ended: Vec<usize> = node.args.iter().chain(&node.values).copied().collect();
            ended.sort_unstable();
            ended.dedup();
            ended.retain(|value| !is_kept[*value] && last_use[*value].is_none_or(|last| last <= at));
            free.extend(ended.iter().map(|value| place_of[*value]));
        }
        place_of
    }

    fn push(&mut self, node: &Node, place_of: &[Place], tier: Tier) {
        let compute = match node.action {
            Action::Constant(bits) => return self.constants.push((place_of[node.values[0]], bits)),
            Action::Call(function, dtype) => compute(tier, function, dtype),
            Action::Fused(compute) => compute,
        };
        let (mut dsts, mut args) = ([0; MAX_OUTS], [0; MAX_ARGS]);
        dsts.iter_mut().zip(&node.values).for_each(|(dst, value)| *dst = place_of[*value]);
        args.iter_mut().zip(&node.args).for_each(|(arg, value)| *arg = place_of[*value]);
        self.steps.push(Step { compute, arity: node.args.len(), outs: node.values.len(), dsts, args });
    }

    /// Whether an output may be written where an input lies: nothing reads the input after the step that writes the output,
    /// and this step allows it.
    pub(crate) fn may_overwrite(&self, output: Place, input: Place) -> bool {
        let reads = |step: &Step| step.args[..step.arity].contains(&input);
        let writes = |step: &Step| step.dsts[..step.outs].contains(&output);
        let last_read = self.steps.iter().rposition(reads);
        let Some(at) = self.steps.iter().position(writes) else { return false };
        let is_read_later = last_read.is_some_and(|last| last > at);
        let step = &self.steps[at];
        let allows = match step.compute {
            Compute::Fused(_) => true,
            // in place of the first argument, which must not be another one, too
            Compute::Pair(..) => !step.args[1..step.arity].contains(&input),
            _ => !reads(step),
        };
        !is_read_later && allows && !self.outputs.contains(&input)
    }
}
