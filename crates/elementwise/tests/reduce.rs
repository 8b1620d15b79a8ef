//! `reduce` against float64 in order.

mod support;

use capas_elementwise::{Reduce, Tier};
use capas_runtime::Reader;
use capas_runtime::codes::*;
use support::*;

fn reduce(words: &[i32], tier: Tier) -> Reduce {
    let mut reader = Reader::new(words);
    let reduce = Reduce::decode_for(&mut reader, tier).expect("a valid instruction");
    assert!(reader.is_at_end());
    reduce
}

/// A reduction of one dense matrix, along its rows (order 0) or its columns (order 1).
fn of_matrix(kind: i32, order: i32, kept: usize, reduced: usize, dtype: i32, out: i32) -> Vec<i32> {
    let (kept_stride, reduced_stride) = if order == 0 { (reduced, 1) } else { (1, kept) };
    let strides = [kept_stride as i32, reduced_stride as i32];
    [kind, order, 1, kept as i32, 1, reduced as i32, 1, 0, dtype, strides[0], strides[1], dtype, 0, 1, out, 1, 0]
        .to_vec()
}

const SHAPES: [(usize, usize); 14] = [
    (1, 1),
    (1, 5),
    (3, 31),
    (10, 32),
    (7, 33),
    (32, 10),
    (1, 109_386),
    (3, 40_000),
    (32, 20_011),
    (10, 3_333),
    (2000, 3),
    (5000, 17),
    (17, 1000),
    (1500, 1025),
];

/// Runs with 1 to 4 threads and on all tiers; the bits are the same each time.
fn result_of(words: &[i32], inputs: &[Buffer], output: Buffer) -> Buffer {
    let mut results =
        Tier::available().flat_map(|tier| (1..=4).map(move |threads| (tier, threads))).map(|(tier, threads)| {
            let mut buffers = [inputs, std::slice::from_ref(&output)].concat();
            run(&reduce(words, tier), &mut buffers, threads);
            buffers.pop().expect("the output")
        });
    let first = results.next().expect("a tier");
    for other in results {
        assert_eq!(first.bits(), other.bits());
    }
    first
}

#[test]
fn sums_and_means_are_those_of_float64() {
    for (kept, reduced) in SHAPES {
        let x = random(kept * reduced, 3);
        for order in 0..2 {
            for kind in [REDUCE_SUM, REDUCE_MEAN] {
                let words = of_matrix(kind, order, kept, reduced, F, F);
                let out = result_of(&words, &[Buffer::Floats(x.clone())], Buffer::Floats(vec![f32::NAN; kept]));
                for (k, y) in out.floats().iter().enumerate() {
                    let at = |r: usize| x[if order == 0 { k * reduced + r } else { r * kept + k }];
                    let sum: f64 = (0..reduced).map(|r| f64::from(at(r))).sum();
                    let expected = if kind == REDUCE_SUM { sum } else { sum / reduced as f64 };
                    let size: f64 = (0..reduced).map(|r| f64::from(at(r).abs())).sum();
                    let error = (f64::from(*y) - expected).abs();
                    assert!(error <= 1e-7 * expected.abs() + 1e-14 * size, "{kept} of {reduced}, order {order}");
                }
            }
        }
    }
}

#[test]
fn maxima_minima_and_products_keep_nan() {
    for (kept, reduced) in SHAPES {
        let mut x: Vec<f32> = random(kept * reduced, 5).iter().map(|x| 1.0 + x / 1000.0).collect();
        x[reduced / 2] = f32::NAN;
        for order in 0..2 {
            for kind in [REDUCE_MAX, REDUCE_MIN, REDUCE_PROD] {
                let words = of_matrix(kind, order, kept, reduced, F, F);
                let out = result_of(&words, &[Buffer::Floats(x.clone())], Buffer::Floats(vec![7.0; kept]));
                for (k, y) in out.floats().iter().enumerate() {
                    let row = (0..reduced).map(|r| x[if order == 0 { k * reduced + r } else { r * kept + k }]);
                    let expected =
                        row.fold(None, |a: Option<f64>, b| Some(a.map_or(f64::from(b), |a| merge(kind, a, b.into()))));
                    let (y, expected) = (f64::from(*y), expected.expect("an element"));
                    let is_equal = y.is_nan() && expected.is_nan() || (y - expected).abs() <= 1e-7 * expected;
                    assert!(is_equal, "kind {kind}, {kept} of {reduced}, order {order}: {y}, {expected}");
                }
            }
        }
    }
}

fn merge(kind: i32, a: f64, b: f64) -> f64 {
    match kind {
        REDUCE_PROD => a * b,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        REDUCE_MAX => a.max(b),
        _ => a.min(b),
    }
}

#[test]
fn integers_and_bools() {
    let (kept, reduced) = (33, 700);
    let ints: Vec<i32> = random(kept * reduced, 9).iter().map(|x| (x * 1e9) as i32).collect();
    let bools: Vec<u8> =
        (0..kept * reduced).map(|i| (i / reduced % 3 == 0 || i % 97 == 0 && i % 5 < 3) as u8).collect();
    let row = |k: usize| k * reduced..(k + 1) * reduced;
    let sums: Vec<u32> = (0..kept).map(|k| ints[row(k)].iter().map(|x| i64::from(*x)).sum::<i64>() as u32).collect();
    let words = of_matrix(REDUCE_SUM, 0, kept, reduced, I, I);
    let out = Buffer::Ints(vec![0; kept]);
    assert_eq!(result_of(&words, &[Buffer::Ints(ints.clone())], out.clone()).bits(), sums);
    let most: Vec<u32> = (0..kept).map(|k| *ints[row(k)].iter().max().expect("an element") as u32).collect();
    let words = of_matrix(REDUCE_MAX, 0, kept, reduced, I, I);
    assert_eq!(result_of(&words, &[Buffer::Ints(ints)], out.clone()).bits(), most);
    let bytes = Buffer::Bytes(vec![9; kept]);
    let count = |k: usize| bools[row(k)].iter().map(|x| u32::from(*x)).sum::<u32>();
    for (kind, dtype, expected) in [
        (REDUCE_SUM, I, (0..kept).map(count).collect::<Vec<u32>>()),
        (REDUCE_ANY, B, (0..kept).map(|k| u32::from(count(k) > 0)).collect()),
        (REDUCE_ALL, B, (0..kept).map(|k| u32::from(count(k) == reduced as u32)).collect()),
    ] {
        let words = of_matrix(kind, 0, kept, reduced, B, dtype);
        let out = if dtype == B { bytes.clone() } else { out.clone() };
        assert_eq!(result_of(&words, &[Buffer::Bytes(bools.clone())], out).bits(), expected);
    }
}

#[test]
fn an_expression_of_several_inputs_is_reduced() {
    // Σ over axes 0 and 2 of (a[i, j, k] - b[k])² for each j: kept [q], reduced [p, r]
    let (p, q, r) = (90, 6, 50);
    let (a, b) = (random(p * q * r, 1), random(r, 2));
    let strides = |kept: usize, reduced: [usize; 2]| [kept as i32, reduced[0] as i32, reduced[1] as i32];
    for order in 0..2 {
        let words = [
            vec![REDUCE_SUM, order, 1, q as i32, 2, p as i32, r as i32, 2, 0, F],
            strides(r, [q * r, 1]).to_vec(),
            vec![1, F],
            strides(0, [0, 1]).to_vec(),
            vec![F, 2, 2, F, 3, 2, FN_SUB, F, 2, 0, 1, 0, FN_SQUARE, F, 2, 2, 0, 0],
        ]
        .concat();
        let inputs = [a.clone(), b.clone()].map(Buffer::Floats);
        let out = result_of(&words, &inputs, Buffer::Floats(vec![0.0; q]));
        for (j, y) in out.floats().iter().enumerate() {
            let at = |i: usize, k: usize| f64::from(a[(i * q + j) * r + k] - b[k]);
            let expected: f64 = (0..p).flat_map(|i| (0..r).map(move |k| at(i, k).powi(2))).sum();
            assert!((f64::from(*y) - expected).abs() < 2e-7 * expected);
        }
    }
}

#[test]
fn nothing_is_the_identity() {
    let words = of_matrix(REDUCE_SUM, 0, 3, 0, F, F);
    let out = result_of(&words, &[Buffer::Floats(vec![0.0])], Buffer::Floats(vec![5.0; 3]));
    assert_eq!(out.floats(), [0.0; 3]);
    let words = [REDUCE_SUM, 0, 0, 0, 1, 0, F, F, 0, 1, F, 1, 0];
    let out = result_of(&words, &[Buffer::Floats(vec![2.5])], Buffer::Floats(vec![5.0]));
    assert_eq!(out.floats(), [2.5]);
}

#[test]
fn unknown_kinds_are_refused() {
    for words in
        [of_matrix(REDUCE_MEAN, 0, 1, 1, I, I), of_matrix(99, 0, 1, 1, F, F), of_matrix(REDUCE_ANY, 0, 1, 1, F, B)]
    {
        assert!(Reduce::decode(&mut Reader::new(&words)).is_err());
    }
}
