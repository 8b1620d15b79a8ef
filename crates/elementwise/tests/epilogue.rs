//! Epilogues on blocks of a matrix.

mod support;

use std::ops::Range;

use capas_elementwise::{Epilogue, Tier};
use capas_runtime::codes::*;
use capas_runtime::{Barrier, Reader, Slots, Worker};
use support::*;

const ROWS: usize = 40;

/// Applies an epilogue to blocks of a matrix; the extras are in order the slots.
fn apply(words: &[i32], extras: &mut [Vec<f32>], matrix: &mut [f32], cols: usize, tier: Tier) {
    let mut reader = Reader::new(words);
    let epilogue = Epilogue::decode_for(&mut reader, tier).expect("a valid epilogue").expect("an epilogue");
    assert!(reader.is_at_end());
    let slots = Slots { addresses: extras.iter_mut().map(|extra| extra.as_mut_ptr().cast()).collect() };
    let barrier = Barrier::new(1);
    let worker = Worker::new(0, 1, &slots, std::ptr::null_mut(), &barrier);
    let half = cols / 3;
    let blocks: [(Range<usize>, Range<usize>); 4] =
        [(0..7, 0..cols), (7..ROWS, 0..half), (7..ROWS, half..cols), (3..3, 0..cols)];
    for (rows, columns) in blocks {
        // SAFETY: the block is a part of the matrix
        unsafe {
            let block = matrix.as_mut_ptr().add(rows.start * cols + columns.start);
            epilogue.apply(&worker, block, cols, rows, columns);
        }
    }
}

/// Extras: a bias for each column, a number for each row, one for each element, one for all.
fn extras(cols: usize) -> Vec<Vec<f32>> {
    [cols, ROWS, ROWS * cols, 1].iter().enumerate().map(|(i, n)| random(*n, i as u64 + 10)).collect()
}

fn check(code: &[i32], of: impl Fn(f32, [f32; 4]) -> f32) {
    for tier in Tier::available() {
        for cols in [1, 3, 10, 32, 64, 100, 700] {
            let product = random(ROWS * cols, 1);
            let (mut matrix, mut extras) = (product.clone(), extras(cols));
            let n = cols as i32;
            let words = [&[4, 0, F, 0, 1, 1, F, 1, 0, 2, F, n, 1, 3, F, 0, 0][..], code].concat();
            apply(&words, &mut extras, &mut matrix, cols, tier);
            for (i, y) in matrix.iter().enumerate() {
                let (row, col) = (i / cols, i % cols);
                let expected = of(product[i], [extras[0][col], extras[1][row], extras[2][i], extras[3][0]]);
                assert_eq!(*y, expected, "{tier:?}, {row}, {col} of {cols}");
            }
        }
    }
}

#[test]
fn bias_and_relu() {
    check(&[5, 6, 2, FN_ADD, F, 5, 0, 1, 0, FN_RELU, F, 5, 5, 0, 0], |x, [bias, ..]| (x + bias).max(0.0));
    check(&[0, 6, 2, FN_ADD, F, 0, 1, 0, 0, FN_RELU, F, 0, 0, 0, 0], |x, [bias, ..]| (bias + x).max(0.0));
}

#[test]
fn bias() {
    check(&[0, 5, 1, FN_ADD, F, 0, 0, 1, 0], |x, [bias, ..]| x + bias);
}

#[test]
fn the_gradient_of_relu() {
    let code = [5, 7, 3, FN_CONSTANT, F, 6, 0, 0, 0, FN_STEP, F, 5, 3, 6, 0, FN_MUL, F, 5, 0, 5, 0];
    check(&code, |x, [_, _, y, _]| x * if y > 0.0 { 1.0 } else { 0.0 });
}

#[test]
fn all_kinds_of_extras() {
    let code = [5, 6, 4, FN_ADD, F, 5, 0, 1, 0, FN_MUL, F, 5, 5, 2, 0, FN_SUB, F, 5, 5, 3, 0, FN_MUL, F, 5, 5, 4, 0];
    check(&code, |x, [a, b, c, d]| ((x + a) * b - c) * d);
}

#[test]
fn an_extra_may_replace_the_product() {
    check(&[3, 5, 0], |_, [_, _, c, _]| c);
}

#[test]
fn no_steps_and_no_extras_are_none() {
    let words = [0, 0, 1, 0];
    assert!(Epilogue::decode(&mut Reader::new(&words)).expect("a valid epilogue").is_none());
}
