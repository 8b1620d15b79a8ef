//! Times the update of an embedding of 20,000 × 128 by Adam against the bandwidth of memory:
//! `cargo run --release -p capas-elementwise --example rows`.

use std::time::Instant;

use capas_elementwise::UpdateRows;
use capas_runtime::codes::*;
use capas_runtime::{Barrier, Op, Reader, Slots, Worker};

const ROWS: usize = 20_000;
const INNER: usize = 128;
const REVIEWS: usize = 32;
const WORDS: usize = 200;

/// The least time in microseconds of many runs on so many threads.
fn time(threads: usize, run: impl Fn(usize, &Barrier) + Sync) -> f64 {
    let barrier = Barrier::new(threads);
    let least = |id: usize| {
        let once = || {
            barrier.wait();
            let start = Instant::now();
            run(id, &barrier);
            barrier.wait();
            start.elapsed().as_secs_f64()
        };
        (0..200).map(|_| once()).fold(f64::INFINITY, f64::min)
    };
    std::thread::scope(|scope| {
        let least = &least;
        let others: Vec<_> = (1..threads).map(|id| scope.spawn(move || least(id))).collect();
        let mine = least(0);
        others.into_iter().for_each(|thread| drop(thread.join()));
        mine * 1e6
    })
}

/// A pointer that threads share; each writes a part of its own.
#[derive(Clone, Copy)]
struct Shared(*mut f32);

// SAFETY: threads write disjoint parts
unsafe impl Sync for Shared {}

/// `a = b + c * d`, as in the benchmark STREAM, over arrays of the size of the embedding.
fn triad(threads: usize) -> f64 {
    let n = ROWS * INNER;
    let [mut a, b, c] = [0, 1, 2].map(|i| vec![i as f32; n]);
    let target = Shared(a.as_mut_ptr());
    let micros = time(threads, |id, _| {
        let target = &target;
        let (from, to) = (n * id / threads, n * (id + 1) / threads);
        // SAFETY: the parts of threads are disjoint
        let a = unsafe { std::slice::from_raw_parts_mut(target.0.add(from), to - from) };
        for ((a, b), c) in a.iter_mut().zip(&b[from..to]).zip(&c[from..to]) {
            *a = b + c * 0.5;
        }
        std::hint::black_box(a);
    });
    (3 * 4 * n) as f64 / micros / 1e3
}

/// As a compiled step has it. Slots: ids, squares of values, values, v, m, w, learning rate. What v follows is the sum of squares.
fn adam(repeat: usize) -> Vec<i32> {
    let (f, k, inner) = (DTYPE_FLOAT32, FN_CONSTANT, INNER as i32);
    [
        vec![(REVIEWS * WORDS) as i32, repeat as i32, inner, ROWS as i32, 0, 2, 1, 2],
        vec![4, 3, f, inner, 1, 4, f, inner, 1, 5, f, inner, 1, 6, f, 0, 0],
        vec![3, 3, f, 0, 4, f, 1, 5, f, 3, 9, 14],
        vec![k, f, 6, bits(0.001), 0, 0, k, f, 7, bits(0.1), 0, 0, k, f, 8, bits(1e-7), 0, 0],
        vec![FN_SUB, f, 0, 0, 2, 0, FN_MUL, f, 0, 0, 6, 0, FN_ADD, f, 0, 2, 0, 0],
        vec![FN_SUB, f, 1, 1, 3, 0, FN_MUL, f, 1, 1, 7, 0, FN_ADD, f, 1, 3, 1, 0],
        vec![FN_MUL, f, 5, 1, 5, 0, FN_SQRT, f, 3, 0, 0, 0, FN_ADD, f, 3, 3, 8, 0, FN_DIV, f, 3, 5, 3, 0],
        vec![FN_SUB, f, 3, 4, 3, 0],
    ]
    .concat()
}

fn bits(x: f32) -> i32 {
    x.to_bits() as i32
}

/// Words as they come in a language: the one with the rank r about 1 / r as often as the first.
fn ids() -> Vec<f32> {
    let word = |i: usize| {
        let place = (i * 2_654_435_761 % 1_000_003) as f64 / 1_000_003.0;
        ((ROWS as f64).powf(place) - 1.0) as u32
    };
    (0..REVIEWS * WORDS).map(|i| f32::from_bits(word(i))).collect()
}

fn main() {
    for threads in [1, 2] {
        let peak = triad(threads);
        println!("triad on {threads} threads: {peak:.1} GB/s");
        for repeat in [WORDS, 1] {
            let op = UpdateRows::decode(&mut Reader::new(&adam(repeat))).expect("a valid instruction");
            let n = ROWS * INNER;
            let values = vec![0.001; REVIEWS * WORDS / repeat * INNER];
            let mut slots = [ids(), values.clone(), values, vec![0.1; n], vec![0.1; n], vec![0.1; n], vec![1e-3]];
            let addresses = Slots { addresses: slots.iter_mut().map(|slot| slot.as_mut_ptr().cast()).collect() };
            let mut scratch = vec![[0f32; 16]; op.scratch_bytes(threads).div_ceil(64)];
            let scratch = Shared(scratch.as_mut_ptr().cast());
            let micros = time(threads, |id, barrier| {
                let scratch = &scratch;
                op.run(&Worker::new(id, threads, &addresses, scratch.0.cast(), barrier));
            });
            let rate = (6 * 4 * n) as f64 / micros / 1e3;
            println!(
                "  Adam of {ROWS} x {INNER} by {} rows of values: {micros:.0} us, {rate:.1} GB/s, {:.0} % of triad",
                REVIEWS * WORDS / repeat,
                100.0 * rate / peak
            );
        }
    }
}
