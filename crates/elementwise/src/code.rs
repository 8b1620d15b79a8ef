//! The code of an expression, as it stands in the stream.

use capas_runtime::codes::*;
use capas_runtime::{DecodeError, Reader};

use crate::function::{arity, takes};

/// One call of a function: `registers[dst] = function(registers[args[0]], …)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    pub function: i32,
    /// Of the arguments; for a constant, of the constant.
    pub dtype: i32,
    pub dst: usize,
    /// Registers; for a constant, its bits in the first. Unused ones are 0.
    pub args: [i32; 3],
}

/// The steps of an expression over registers, checked but not yet prepared for running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub(crate) registers: usize,
    pub(crate) calls: Vec<Call>,
}

impl Code {
    /// Reads `nRegisters, nSteps, nSteps × [function, dtype, dst, a, b, c]`.
    ///
    /// # Errors
    /// Functions that are unknown or do not take the dtype; registers that there are not.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let registers = reader.count()?;
        let steps = reader.count()?;
        let mut calls = Vec::new();
        for _ in 0..steps {
            let (function, dtype, dst) = (reader.int()?, reader.int()?, reader.count()?);
            let args = [reader.int()?, reader.int()?, reader.int()?];
            calls.push(Call { function, dtype, dst, args });
        }
        let code = Self { registers, calls };
        code.calls.iter().try_for_each(|call| code.check(call))?;
        Ok(code)
    }

    /// Whether there are no steps, so that every register is an input.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    fn check(&self, call: &Call) -> Result<(), DecodeError> {
        let Call { function, dtype, dst, args } = *call;
        let arity = arity(function).ok_or_else(|| error(format!("unknown function {function}")))?;
        if !takes(function, dtype) {
            return Err(error(format!("function {function} does not take dtype {dtype}")));
        }
        let registers = args[..arity].iter().map(|arg| usize::try_from(*arg).unwrap_or(usize::MAX));
        for register in registers.chain([dst]) {
            self.check_register(register)?;
        }
        Ok(())
    }

    pub(crate) fn check_register(&self, register: usize) -> Result<(), DecodeError> {
        if register < self.registers {
            return Ok(());
        }
        Err(error(format!("register {register} of {}", self.registers)))
    }
}

impl Call {
    /// The registers that it reads.
    pub(crate) fn reads(&self) -> impl Iterator<Item = usize> {
        let arity = if self.function == FN_CONSTANT { 0 } else { arity(self.function).unwrap_or(0) };
        self.args.into_iter().take(arity).map(|arg| arg as usize)
    }
}

pub(crate) fn error(message: String) -> DecodeError {
    DecodeError(format!("code of an expression: {message}"))
}
