//! `updateRows` against plain loops.

mod support;

use capas_elementwise::{Tier, UpdateRows};
use capas_runtime::Reader;
use capas_runtime::codes::*;
use support::*;

fn update_rows(words: &[i32], tier: Tier) -> UpdateRows {
    let mut reader = Reader::new(words);
    let op = UpdateRows::decode_for(&mut reader, tier).expect("a valid instruction");
    assert!(reader.is_at_end());
    op
}

/// Integers from `low` to `high - 1`.
fn integers(n: usize, seed: u64, low: i32, high: i32) -> Vec<i32> {
    random(n, seed).iter().map(|x| low + ((x + 2.0) / 4.0 * (high - low) as f32) as i32).collect()
}

/// The sums of rows, in order.
fn sums(ids: &[i32], repeat: usize, values: &[f32], inner: usize, size: usize) -> Vec<f32> {
    let mut sums = vec![0.0; size * inner];
    for (j, &id) in ids.iter().enumerate().filter(|(_, id)| (0..size as i32).contains(id)) {
        for i in 0..inner {
            sums[id as usize * inner + i] += values[j / repeat * inner + i];
        }
    }
    sums
}

#[test]
fn momentum_in_place_is_the_loops_bit_by_bit() {
    // m = m * 0.9 + a, w = w - m * rate + b * bias
    for (count, repeat, inner, size) in [
        (40, 1, 128, 100),
        (60, 20, 128, 50),
        (300, 3, 7, 1000),
        (9, 1, 1500, 5),
        (50, 1, 1, 3000),
        (0, 1, 3, 20),
        (5, 5, 70, 1),
    ] {
        let ids = integers(count, 1, -2, size as i32 + 2);
        let [a, b] = [2, 3].map(|seed| random(count / repeat * inner, seed));
        let [m, w] = [4, 5].map(|seed| random(size * inner, seed));
        let (bias, row) = (random(inner, 6), inner as i32);
        let words = [
            vec![count as i32, repeat as i32, row, size as i32, 0, 2, 1, 2],
            vec![4, 3, F, row, 1, 4, F, row, 1, 5, F, 0, 1, 6, F, 0, 0],
            vec![2, 3, F, 7, 4, F, 8, 9, 7],
            vec![FN_CONSTANT, F, 6, bits(0.9), 0, 0, FN_MUL, F, 7, 2, 6, 0, FN_ADD, F, 7, 7, 0, 0],
            vec![FN_MUL, F, 8, 7, 5, 0, FN_SUB, F, 8, 3, 8, 0, FN_MUL, F, 6, 1, 4, 0, FN_ADD, F, 8, 8, 6, 0],
        ]
        .concat();
        let (sum_a, sum_b) = (sums(&ids, repeat, &a, inner, size), sums(&ids, repeat, &b, inner, size));
        let moved: Vec<f32> = m.iter().zip(&sum_a).map(|(m, a)| m * 0.9 + a).collect();
        let updated: Vec<f32> =
            (0..size * inner).map(|i| w[i] - moved[i] * 0.01 + sum_b[i] * bias[i % inner]).collect();
        for (tier, threads) in Tier::available().flat_map(|tier| [1, 2, 3].map(|threads| (tier, threads))) {
            let mut buffers = [&a, &b, &m, &w, &bias, &vec![0.01]].map(|data| Buffer::Floats(data.clone())).to_vec();
            buffers.insert(0, Buffer::Ints(ids.clone()));
            run(&update_rows(&words, tier), &mut buffers, threads);
            let case = format!("{tier:?}, {threads} threads, {size} rows of {inner}");
            assert_eq!(buffers[3].floats(), moved, "{case}");
            assert_eq!(buffers[4].floats(), updated, "{case}");
        }
    }
}

#[test]
fn a_sum_may_be_an_output() {
    let words = [4, 2, 3, 4, 0, 1, 1, 0, 1, 2, F, 0, 1, 0];
    let (ids, values) = (vec![3, 1, 3, 3], random(6, 1));
    for tier in Tier::available() {
        let mut buffers =
            [Buffer::Ints(ids.clone()), Buffer::Floats(values.clone()), Buffer::Floats(vec![f32::NAN; 12])];
        run(&update_rows(&words, tier), &mut buffers, 2);
        assert_eq!(buffers[2].floats(), sums(&ids, 2, &values, 3, 4));
    }
}

#[test]
fn ids_that_do_not_fit_the_rows_are_refused() {
    for (count, repeat) in [(4, 0), (4, 3)] {
        let words = [count, repeat, 3, 4, 0, 1, 1, 0, 1, 2, F, 0, 1, 0];
        assert!(UpdateRows::decode(&mut Reader::new(&words)).is_err());
    }
}
