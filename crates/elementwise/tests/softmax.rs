//! `softmax` and its logarithm against float64.

mod support;

use capas_elementwise::{Softmax, Tier};
use capas_runtime::Reader;
use support::*;

fn softmax(log: bool, rows: usize, length: usize, tier: Tier) -> Softmax {
    let words = [i32::from(log), rows as i32, length as i32, 0, 1];
    Softmax::decode_for(&mut Reader::new(&words), tier).expect("a valid instruction")
}

#[test]
fn rows_are_those_of_float64() {
    for tier in Tier::available() {
        for (rows, length) in [(1, 1), (32, 10), (257, 10), (100, 3), (5, 20_000), (3, 1025), (64, 64)] {
            let x: Vec<f32> = random(rows * length, 1).iter().map(|x| x * 8.0).collect();
            for (log, threads) in [(false, 1), (true, 1), (false, 3), (true, 2)] {
                let mut buffers = [Buffer::Floats(x.clone()), Buffer::Floats(vec![0.0; x.len()])];
                run(&softmax(log, rows, length, tier), &mut buffers, threads);
                let mut in_place = [Buffer::Floats(x.clone())];
                run_at(&softmax(log, rows, length, tier), &mut in_place, &[0, 0], threads);
                assert_eq!(in_place[0], buffers[1]);
                for (x, y) in x.chunks(length).zip(buffers[1].floats().chunks(length)) {
                    check_row(x, y, log);
                }
            }
        }
    }
}

fn check_row(x: &[f32], y: &[f32], log: bool) {
    let most = x.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b));
    let sum: f64 = x.iter().map(|x| f64::from(x - most).exp()).sum();
    for (x, y) in x.iter().zip(y) {
        let shifted = f64::from(x - most);
        let expected = if log { shifted - sum.ln() } else { shifted.exp() / sum };
        // the sum is rounded to float32, and its logarithm is what is left where the row has one large element
        let error = if log { 3e-7 } else { 0.0 } + 5e-7 * expected.abs();
        assert!((f64::from(*y) - expected).abs() <= error, "{y}, {expected}");
    }
}

#[test]
fn nan_and_infinity() {
    for tier in Tier::available() {
        let x = [[1.0, f32::NAN, 2.0], [1.0, f32::NEG_INFINITY, 1.0], [1.0, f32::INFINITY, 1.0]].concat();
        let mut buffers = [Buffer::Floats(x), Buffer::Floats(vec![0.0; 9])];
        run(&softmax(false, 3, 3, tier), &mut buffers, 1);
        let y = buffers[1].floats();
        assert!(y[..3].iter().all(|y| y.is_nan()));
        assert_eq!(y[3..6], [0.5, 0.0, 0.5]);
        assert!(y[7].is_nan());
    }
}
