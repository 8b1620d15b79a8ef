//! Every pattern is found, and its kernel computes what its steps would.

use capas_runtime::codes::*;

use crate::code::{Call, Code};
use crate::fused::{PATTERNS, Pattern, Tree};
use crate::pairs::PAIRS;
use crate::program::Program;
use crate::tier::Tier;

/// The code of a pattern, and the registers of its results.
fn code_of(pattern: &Pattern, swapped: bool) -> (Code, Vec<usize>) {
    let mut code = Code { registers: pattern.args, calls: vec![] };
    let mut outs = vec![0; pattern.outs];
    outs[0] = write(&mut code, &pattern.tree, swapped, &mut outs);
    (code, outs)
}

/// Writes the steps of a tree, of sums and products the arguments in the other order if it is swapped.
fn write(code: &mut Code, tree: &Tree, swapped: bool, outs: &mut [usize]) -> usize {
    match tree {
        Tree::Arg(arg) => *arg,
        Tree::Out(out, tree) => {
            outs[*out] = write(code, tree, swapped, outs);
            outs[*out]
        }
        Tree::Call(function, trees) => {
            let mut args: Vec<usize> = trees.iter().map(|tree| write(code, tree, swapped, outs)).collect();
            if swapped && matches!(*function, FN_ADD | FN_MUL) {
                args.reverse();
            }
            let mut operands = [0; 3];
            operands.iter_mut().zip(&args).for_each(|(operand, arg)| *operand = *arg as i32);
            let dst = code.registers;
            code.calls.push(Call { function: *function, dtype: DTYPE_FLOAT32, dst, args: operands });
            code.registers += 1;
            dst
        }
    }
}

/// The values of all registers, step by step.
fn by_steps(code: &Code, inputs: &[f32]) -> Vec<f32> {
    let mut registers = inputs.to_vec();
    for call in &code.calls {
        let [a, b, _] = call.args.map(|arg| registers[arg as usize]);
        registers.push(match call.function {
            FN_ADD => a + b,
            FN_SUB => a - b,
            FN_MUL => a * b,
            FN_DIV => a / b,
            FN_NEG => -a,
            FN_SQRT => a.sqrt(),
            FN_SQUARE => a * a,
            FN_RELU => a.max(0.0),
            FN_STEP => {
                if a > 0.0 {
                    1.0
                } else {
                    b
                }
            }
            other => panic!("a function {other} that no pattern has"),
        });
    }
    registers
}

const LANES: usize = 100;

#[test]
fn every_pattern_is_one_step_with_the_same_bits() {
    for (tier, swapped, offset) in Tier::available().flat_map(|tier| [(tier, false, 0.1), (tier, true, -0.4)]) {
        for (at, pattern) in PAIRS.iter().chain(PATTERNS).enumerate() {
            let (code, outs) = code_of(pattern, swapped);
            let program = Program::new(&code, pattern.args, &outs, tier).expect("valid code");
            assert_eq!(program.steps.len(), 1, "pattern {at}");
            let value = |arg: usize, lane: usize| ((arg * 31 + lane * 17) % 101) as f32 / 150.0 + offset;
            let mut inputs: Vec<Vec<f32>> =
                (0..pattern.args).map(|arg| (0..LANES).map(|lane| value(arg, lane)).collect()).collect();
            program.with_machine(LANES, 0, |machine| {
                inputs.iter_mut().enumerate().for_each(|(i, input)| machine.place(i, input.as_mut_ptr().cast()));
                // SAFETY: the inputs have so many lanes
                unsafe { machine.run(LANES) };
                for lane in 0..LANES {
                    let expected = by_steps(&code, &(0..pattern.args).map(|arg| value(arg, lane)).collect::<Vec<_>>());
                    for (out, register) in outs.iter().enumerate() {
                        // SAFETY: the place has so many lanes
                        let bits = unsafe { machine.lanes(program.outputs[out]).add(lane).read() };
                        let (y, expected) = (f32::from_bits(bits), expected[*register]);
                        let is_same = y == expected || (y.is_nan() && expected.is_nan());
                        assert!(is_same, "{tier:?}, pattern {at}, result {out}: {y}, {expected}");
                    }
                }
            });
        }
    }
}

#[test]
fn what_others_read_stays_a_step() {
    // r2 = a·b, r3 = a + r2; r2 is an output too, or read by another step
    let call = |function, dst, a, b| Call { function, dtype: DTYPE_FLOAT32, dst, args: [a, b, 0] };
    let mut code = Code { registers: 5, calls: vec![call(FN_MUL, 2, 0, 1), call(FN_ADD, 3, 0, 2)] };
    let steps =
        |code: &Code, outputs: &[usize]| Program::new(code, 2, outputs, Tier::best()).expect("valid code").steps.len();
    assert_eq!(steps(&code, &[3]), 1);
    assert_eq!(steps(&code, &[3, 2]), 2);
    code.calls.push(call(FN_MAX, 4, 2, 3));
    assert_eq!(steps(&code, &[4]), 3);
}

#[test]
fn a_step_that_is_read_twice_is_there_for_both() {
    // r2 = f(a, b), r3 = g(r2, r2)
    for (inner, outer) in [(FN_MUL, FN_ADD), (FN_ADD, FN_ADD), (FN_MUL, FN_SUB), (FN_SUB, FN_MUL), (FN_ADD, FN_DIV)] {
        let call = |function, dst, a, b| Call { function, dtype: DTYPE_FLOAT32, dst, args: [a, b, 0] };
        let code = Code { registers: 4, calls: vec![call(inner, 2, 0, 1), call(outer, 3, 2, 2)] };
        let program = Program::new(&code, 2, &[3], Tier::best()).expect("valid code");
        program.with_machine(1, 0, |machine| {
            let mut inputs = [3.0_f32, 5.0];
            inputs.iter_mut().enumerate().for_each(|(i, input)| machine.place(i, (input as *mut f32).cast()));
            // SAFETY: the inputs have one lane
            unsafe { machine.run(1) };
            // SAFETY: the place has one lane
            let y = f32::from_bits(unsafe { machine.lanes(program.outputs[0]).read() });
            assert_eq!(y, by_steps(&code, &[3.0, 5.0])[3], "{inner}, {outer}");
        });
    }
}
