//! Prints what this machine can do at best, as JSON: `cargo run --release -p capas-linear --example bound [THREADS]`.
//! `gflops`: multiplications and additions a second in registers alone, of all threads. `triad`: bytes a second, in 10⁹, of
//! `a = b + s·c` for working sets of so many bytes, each thread on a part of its own.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

use capas_linear::Tier;

mod machine;

fn main() {
    let available = std::thread::available_parallelism().map_or(1, |count| count.get());
    let threads = std::env::args().nth(1).and_then(|threads| threads.parse().ok()).unwrap_or(available);
    let tier = Tier::available().last().copied().unwrap_or(Tier::Portable);
    let gflops = on_all(threads, || machine::peak(tier)).iter().sum::<f64>();
    let triads: Vec<String> = (18..=28)
        .map(|power| 1 << power)
        .map(|bytes| format!(r#"{{"bytes":{bytes},"gbs":{:.2}}}"#, triad(bytes, threads)))
        .collect();
    let gflops = if gflops.is_nan() { "null".into() } else { format!("{gflops:.1}") };
    println!(r#"{{"threads":{threads},"tier":"{tier:?}","gflops":{gflops},"triad":[{}]}}"#, triads.join(","));
}

/// What each of several threads that start together returns.
fn on_all<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let start = Barrier::new(threads);
    let run = || {
        start.wait();
        work()
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mine = run();
        others.into_iter().map(|other| other.join().expect("a thread that only adds")).chain([mine]).collect()
    })
}

/// 10⁹ bytes a second of all threads: the best of several times.
fn triad(bytes: usize, threads: usize) -> f64 {
    let size = bytes / 12 / threads;
    let repeats = ((1 << 24) / bytes).max(1);
    let rates = on_all(threads, || {
        let (mut a, b, c) = (vec![1f32; size], vec![2f32; size], vec![3f32; size]);
        let times = (0..12).map(|_| {
            let start = Instant::now();
            for _ in 0..repeats {
                machine::triad(black_box(&mut a), black_box(&b), black_box(&c), black_box(0.5));
            }
            start.elapsed().as_secs_f64()
        });
        let least = times.fold(f64::INFINITY, f64::min);
        (12 * size * repeats) as f64 / least / 1e9
    });
    rates.iter().sum()
}
