//! Epilogues see every element of a product once, whichever thread and block it belongs to.

use crate::common::{assert_same_bits, epilogue_words, random, run, with_epilogue};
use capas_linear::{Conv, ConvInputGrad, Dot, Tier};
use capas_runtime::{DecodeError, Op, Reader};

/// Runs an instruction without and with an epilogue, by the words before it.
fn check<O: Op>(
    words: &[usize],
    decode: impl Fn(&mut Reader, Tier) -> Result<O, DecodeError>,
    input_sizes: [usize; 2],
    rows: usize,
    columns: usize,
) {
    let words: Vec<i32> = words.iter().map(|&word| word as i32).collect();
    let [a, b] = input_sizes.map(|size| random(size, size as u32));
    let (bias, residual) = (random(columns, 3), random(rows * columns, 4));
    for &tier in Tier::available() {
        for threads in 1..=3 {
            let plain = [&words[..], &[0; 4]].concat();
            let product = run(&plain, |reader| decode(reader, tier), &[&a, &b], rows * columns, threads);
            let fused = [&words[..], &epilogue_words(columns)].concat();
            let inputs: [&[f32]; 4] = [&a, &b, &bias, &residual];
            let actual = run(&fused, |reader| decode(reader, tier), &inputs, rows * columns, threads);
            assert_same_bits(&actual, &with_epilogue(&product, &bias, &residual));
        }
    }
}

#[test]
fn of_products() {
    for (m, n, k) in [(1, 1, 1), (40, 70, 30), (130, 260, 700), (9, 33, 0), (3, 1300, 5)] {
        check(&[0, m, n, k, 0, 0, 0, 1, 2], Dot::decode_for, [m * k, k * n], m, n);
    }
}

#[test]
fn of_products_in_batches() {
    for batch in [2, 7] {
        let (m, n, k) = (20, 35, 10);
        let words = [1, batch, m, n, k, 0, 1, 0, m * k, 1, 0, 2];
        check(&words, Dot::decode_for, [batch * m * k, k * n], batch * m, n);
    }
}

#[test]
fn of_convolutions() {
    for (n, size, groups) in [(3, 12, 1), (1, 64, 1), (2, 9, 2)] {
        let (ci, co) = (8, 36);
        let words = [n, size, size, ci, 3, 3, co, size, size, 1, 1, 1, 1, 1, 1, groups, 0, 1, 2];
        check(&words, Conv::decode_for, [n * size * size * ci, 9 * ci / groups * co], n * size * size, co);
    }
}

#[test]
fn of_convolutions_of_long_rows() {
    let (length, ci, co) = (4000, 8, 36);
    let words = [1, 2, length, ci, 1, 3, co, 2, length, 1, 1, 1, 1, 0, 1, 1, 0, 1, 2];
    check(&words, Conv::decode_for, [2 * length * ci, 3 * ci * co], 2 * length, co);
}

#[test]
fn of_gradients_of_inputs() {
    for stride in [1, 2, 3] {
        let (n, size, ci, co) = (2, 13, 34, 6);
        let out = (size - 3) / stride + 1;
        let words = [n, size, size, ci, 3, 3, co, out, out, stride, stride, 1, 1, 0, 0, 1, 0, 1, 2];
        check(&words, ConvInputGrad::decode_for, [n * out * out * co, 9 * ci * co], n * size * size, ci);
    }
}
