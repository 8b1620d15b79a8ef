//! Code made ready: registers renamed, memory assigned, every step with its kernel.

use capas_runtime::DecodeError;
use capas_runtime::codes::FN_CONSTANT;

use crate::code::{Call, Code, error};
use crate::function::{Compute, compute};
use crate::tier::Tier;

/// A place where the lanes of a chunk lie: first the inputs, then buffers of the thread.
pub(crate) type Place = usize;

pub(crate) struct Step {
    pub compute: Compute,
    pub arity: usize,
    pub dst: Place,
    pub args: [Place; 3],
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

/// A value of the code: each step makes a new one.
#[derive(Clone, Copy)]
struct Renamed {
    call: Call,
    args: [usize; 3],
    arity: usize,
    value: usize,
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
        let (steps, outputs) = rename(code, inputs, outputs)?;
        let mut last_use = vec![0; inputs + code.calls.len()];
        for (at, step) in steps.iter().enumerate() {
            step.args[..step.arity].iter().for_each(|arg| last_use[*arg] = at);
        }
        outputs.iter().for_each(|output| last_use[*output] = usize::MAX);

        let mut program = Self { inputs, places: inputs, constants: vec![], steps: vec![], outputs: vec![] };
        let mut place_of: Vec<Place> = (0..last_use.len()).collect();
        let mut free: Vec<Place> = vec![];
        for (at, step) in steps.iter().enumerate() {
            let is_constant = step.call.function == FN_CONSTANT;
            let reused = if is_constant || last_use[step.value] == usize::MAX { None } else { free.pop() };
            let dst = reused.unwrap_or_else(|| {
                program.places += 1;
                program.places - 1
            });
            place_of[step.value] = dst;
            if is_constant {
                program.constants.push((dst, step.call.args[0] as u32));
                continue;
            }
            let compute = compute(tier, step.call.function, step.call.dtype);
            let args = step.args.map(|arg| place_of[arg]);
            program.steps.push(Step { compute, arity: step.arity, dst, args });
            let mut ended: Vec<usize> = step.args[..step.arity].to_vec();
            ended.dedup();
            for (i, arg) in ended.iter().enumerate() {
                let place = place_of[*arg];
                let is_constant = program.constants.iter().any(|(constant, _)| *constant == place);
                if last_use[*arg] == at && place >= inputs && !is_constant && !ended[..i].contains(arg) {
                    free.push(place);
                }
            }
        }
        program.outputs = outputs.iter().map(|output| place_of[*output]).collect();
        Ok(program)
    }
}

/// The steps that the outputs need, as values: first the inputs, then one for each call.
fn rename(code: &Code, inputs: usize, outputs: &[usize]) -> Result<(Vec<Renamed>, Vec<usize>), DecodeError> {
    let mut value_of: Vec<Option<usize>> = (0..code.registers).map(|r| (r < inputs).then_some(r)).collect();
    let unwritten = |register: usize| error(format!("register {register} is read before it is written"));
    let mut steps = Vec::with_capacity(code.calls.len());
    for (at, call) in code.calls.iter().enumerate() {
        let (mut args, mut arity) = ([0; 3], 0);
        for register in call.reads() {
            args[arity] = value_of[register].ok_or_else(|| unwritten(register))?;
            arity += 1;
        }
        value_of[call.dst] = Some(inputs + at);
        steps.push(Renamed { call: *call, args, arity, value: inputs + at });
    }
    let mut values = Vec::with_capacity(outputs.len());
    for register in outputs {
        code.check_register(*register)?;
        values.push(value_of[*register].ok_or_else(|| unwritten(*register))?);
    }
    let mut needed = vec![false; inputs + code.calls.len()];
    values.iter().for_each(|value| needed[*value] = true);
    for step in steps.iter().rev().filter(|step| step.arity > 0) {
        if needed[step.value] {
            step.args[..step.arity].iter().for_each(|arg| needed[*arg] = true);
        }
    }
    steps.retain(|step| needed[step.value]);
    Ok((steps, values))
}
