//! Code as a list of values, each made once.

use capas_runtime::DecodeError;
use capas_runtime::codes::*;

use crate::code::{Code, error};
use crate::function::Compute;

/// What a node does.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    Constant(u32),
    /// Function and dtype of the arguments.
    Call(i32, i32),
    /// Several calls at once.
    Fused(Compute),
}

/// A step that makes values from others. The first values are the inputs.
pub(crate) struct Node {
    pub action: Action,
    pub args: Vec<usize>,
    pub values: Vec<usize>,
}

/// The nodes of code with so many inputs, and the values of the registers that are asked for.
///
/// # Errors
/// A register is read before it is written, or an output is no register.
pub(crate) fn rename(code: &Code, inputs: usize, outputs: &[usize]) -> Result<(Vec<Node>, Vec<usize>), DecodeError> {
    let mut value_of: Vec<Option<usize>> = (0..code.registers).map(|r| (r < inputs).then_some(r)).collect();
    let unwritten = |register: usize| error(format!("register {register} is read before it is written"));
    let mut nodes = Vec::with_capacity(code.calls.len());
    for (at, call) in code.calls.iter().enumerate() {
        let args = call.reads().map(|register| value_of[register].ok_or_else(|| unwritten(register)));
        let args = args.collect::<Result<Vec<_>, _>>()?;
        value_of[call.dst] = Some(inputs + at);
        nodes.push(node(call.function, call.dtype, call.args[0], args, inputs + at));
    }
    let mut values = Vec::with_capacity(outputs.len());
    for register in outputs {
        code.check_register(*register)?;
        values.push(value_of[*register].ok_or_else(|| unwritten(*register))?);
    }
    remove_unused(&mut nodes, &values);
    Ok((nodes, values))
}

fn node(function: i32, dtype: i32, bits: i32, mut args: Vec<usize>, value: usize) -> Node {
    let action = match function {
        FN_CONSTANT => Action::Constant(bits as u32),
        // one spelling of squares
        FN_MUL if dtype == DTYPE_FLOAT32 && args[0] == args[1] => {
            args.truncate(1);
            Action::Call(FN_SQUARE, dtype)
        }
        _ => Action::Call(function, dtype),
    };
    Node { action, args, values: vec![value] }
}

/// Keeps the nodes that the outputs need.
pub(crate) fn remove_unused(nodes: &mut Vec<Node>, outputs: &[usize]) {
    let mut needed: Vec<usize> = outputs.to_vec();
    let mut is_needed = vec![false; nodes.len()];
    for (at, node) in nodes.iter().enumerate().rev() {
        if node.values.iter().any(|value| needed.contains(value)) {
            is_needed[at] = true;
            needed.extend(&node.args);
        }
    }
    let mut kept = is_needed.into_iter();
    nodes.retain(|_| kept.next() == Some(true));
}
