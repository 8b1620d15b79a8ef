//! Times the instructions on one thread: `cargo run --release -p capas-elementwise --example speed`.

use std::time::Instant;

use capas_elementwise::{Epilogue, Map, Reduce, Softmax};
use capas_runtime::codes::*;
use capas_runtime::{Barrier, Op, Reader, Slots, Worker};

/// The least time of a run in microseconds.
fn time(mut run: impl FnMut()) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..400 {
        let start = Instant::now();
        run();
        least = least.min(start.elapsed().as_secs_f64());
    }
    least * 1e6
}

fn time_op(op: &dyn Op, buffers: &mut [Vec<f32>]) -> f64 {
    let slots = Slots { addresses: buffers.iter_mut().map(|buffer| buffer.as_mut_ptr().cast()).collect() };
    let mut scratch = vec![0u64; op.scratch_bytes(1).div_ceil(8)];
    let barrier = Barrier::new(1);
    let worker = Worker::new(0, 1, &slots, scratch.as_mut_ptr().cast(), &barrier);
    time(|| op.run(&worker))
}

fn bits(x: f32) -> i32 {
    x.to_bits() as i32
}

fn adam(n: i32) -> Vec<i32> {
    let (f, k) = (DTYPE_FLOAT32, FN_CONSTANT);
    // registers: 0 g, 1 m, 2 v, 3 w, 4 lr; constants 5.. ; m 8, v 9, w 10
    [
        vec![1, n, 5, 0, f, 1, 1, f, 1, 2, f, 1, 3, f, 1, 4, f, 0],
        vec![3, 1, f, 8, 2, f, 9, 3, f, 10],
        vec![12, 15],
        vec![k, f, 5, bits(0.1), 0, 0, k, f, 6, bits(0.001), 0, 0, k, f, 7, bits(1e-7), 0, 0],
        vec![FN_SUB, f, 11, 0, 1, 0, FN_MUL, f, 11, 11, 5, 0, FN_ADD, f, 8, 1, 11, 0],
        vec![FN_MUL, f, 11, 0, 0, 0, FN_SUB, f, 11, 11, 2, 0, FN_MUL, f, 11, 11, 6, 0, FN_ADD, f, 9, 2, 11, 0],
        vec![FN_SQRT, f, 11, 9, 0, 0, FN_ADD, f, 11, 11, 7, 0, FN_MUL, f, 10, 8, 4, 0, FN_DIV, f, 10, 10, 11, 0],
        vec![FN_SUB, f, 10, 3, 10, 0],
    ]
    .concat()
}

fn main() {
    epilogues();
    reductions();
    let n = 109_386;
    let words = adam(n as i32);
    let map = Map::decode(&mut Reader::new(&words)).expect("a valid instruction");
    let mut buffers: Vec<Vec<f32>> = (0..4).map(|i| vec![0.5 + i as f32; n]).collect();
    buffers.push(vec![0.001]);
    println!("adam {:.1} us", time_op(&map, &mut buffers));
    let [g, m, v, w, _] = &mut buffers[..] else { return };
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the machine has it
        println!("adam, by hand {:.1} us", time(|| unsafe { by_hand::adam(g, m, v, w) }));
    }

    let f = DTYPE_FLOAT32;
    let words =
        [vec![1, n as i32, 2, 0, f, 1, 1, f, 1, 1, 2, f, 2, 4, 2, FN_ADD, f, 2, 0, 1, 0, FN_RELU, f, 2, 2, 0, 0]]
            .concat();
    let map = Map::decode(&mut Reader::new(&words)).expect("a valid instruction");
    println!("relu(a + b) {:.1} us", time_op(&map, &mut buffers));
    let [a, b, c, ..] = &mut buffers[..] else { return };
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the machine has it
        println!("relu(a + b), by hand {:.1} us", time(|| unsafe { by_hand::relu_of_sum(a, b, c) }));
    }
    println!("copy {:.1} us", time(|| c.copy_from_slice(std::hint::black_box(a))));
    for size in [1, 32, 4096, n as i32] {
        for (name, function) in FUNCTIONS {
            let words = [1, size, 2, 0, f, 1, 1, f, 1, 1, 2, f, 2, 4, 1, *function, f, 2, 0, 1, 0];
            let map = Map::decode(&mut Reader::new(&words)).expect("a valid instruction");
            println!("{name} of {size} {:.3} us", time_op(&map, &mut buffers));
        }
    }
}

const FUNCTIONS: &[(&str, i32)] = &[
    ("add", FN_ADD),
    ("mul", FN_MUL),
    ("div", FN_DIV),
    ("max", FN_MAX),
    ("step", FN_STEP),
    ("sqrt", FN_SQRT),
    ("exp", FN_EXP),
    ("log", FN_LOG),
    ("tanh", FN_TANH),
    ("sigmoid", FN_SIGMOID),
    ("softplus", FN_SOFTPLUS),
    ("elu", FN_ELU),
    ("erf", FN_ERF),
    ("sin", FN_SIN),
    ("pow", FN_POW),
    ("squaredDifference", FN_SQUARED_DIFFERENCE),
];

fn epilogues() {
    let f = DTYPE_FLOAT32;
    let bias_relu = [1, 0, f, 0, 1, 2, 3, 2, FN_ADD, f, 2, 0, 1, 0, FN_RELU, f, 2, 2, 0, 0];
    let bias = [1, 0, f, 0, 1, 2, 3, 1, FN_ADD, f, 2, 0, 1, 0];
    let mask =
        [&[1, 1, f, 32, 1, 3, 4, 3, FN_CONSTANT, f, 2, 0, 0, 0][..], &[FN_STEP, f, 3, 1, 2, 0, FN_MUL, f, 3, 0, 3, 0]]
            .concat();
    for (name, words) in [("bias and relu", &bias_relu[..]), ("bias", &bias), ("gradient of relu", &mask)] {
        let epilogue = Epilogue::decode(&mut Reader::new(words)).expect("a valid epilogue").expect("an epilogue");
        for (rows, cols) in [(32usize, 128usize), (32, 32), (900, 32), (32, 10)] {
            let (mut bias, mut y) = (vec![0.5f32; cols], vec![0.5f32; rows * 32]);
            let slots = Slots { addresses: vec![bias.as_mut_ptr().cast(), y.as_mut_ptr().cast()] };
            let barrier = Barrier::new(1);
            let worker = Worker::new(0, 1, &slots, std::ptr::null_mut(), &barrier);
            let mut block = vec![1.0f32; rows * cols];
            if words.len() > 25 && cols != 32 {
                continue;
            }
            // SAFETY: the block has these rows and columns
            let micros = time(|| unsafe { epilogue.apply(&worker, block.as_mut_ptr(), cols, 0..rows, 0..cols) });
            println!("{name} of {rows} x {cols} {micros:.2} us, {:.1} GB/s", (rows * cols * 4) as f64 / micros / 1e3);
        }
    }
}

fn reductions() {
    let f = DTYPE_FLOAT32;
    for (name, order, kept, reduced) in [
        ("bias gradient of 115,200 x 32", 1, 32, 115_200),
        ("bias gradient of 32 x 128", 1, 128, 32),
        ("bias gradient of 256 x 784", 1, 784, 256),
        ("bias gradient of 32 x 10", 1, 10, 32),
        ("sum of 109,386", 0, 1, 109_386),
        ("sums of 10 along 32 rows", 0, 32, 10),
        ("sums of 64 along 8192 rows", 0, 8192, 64),
    ] {
        let (kept_stride, reduced_stride) = if order == 0 { (reduced, 1) } else { (1, kept) };
        let words = [REDUCE_SUM, order, 1, kept, 1, reduced, 1, 0, f, kept_stride, reduced_stride, f, 0, 1, f, 1, 0];
        let reduce = Reduce::decode(&mut Reader::new(&words)).expect("a valid instruction");
        let (kept, reduced) = (kept as usize, reduced as usize);
        let mut buffers = [vec![0.5; kept * reduced], vec![0.0; kept]];
        let micros = time_op(&reduce, &mut buffers);
        println!("{name} {micros:.2} us, {:.1} GB/s", (kept * reduced * 4) as f64 / micros / 1e3);
    }
    for (rows, length) in [(32, 10), (128, 10), (1024, 64), (64, 20_000)] {
        for log in 0..2 {
            let words = [log, rows, length, 0, 1];
            let softmax = Softmax::decode(&mut Reader::new(&words)).expect("a valid instruction");
            let n = (rows * length) as usize;
            let mut buffers = [(0..n).map(|i| (i * 7 % 13) as f32).collect(), vec![0.0; n]];
            println!("softmax, log {log}, of {rows} x {length} {:.2} us", time_op(&softmax, &mut buffers));
        }
    }
}

/// The same as loops of their own.
#[cfg(target_arch = "x86_64")]
mod by_hand {
    #[target_feature(enable = "avx512f")]
    pub fn adam(g: &[f32], m: &mut [f32], v: &mut [f32], w: &mut [f32]) {
        for (((g, m), v), w) in g.iter().zip(m).zip(v).zip(w) {
            *m += (g - *m) * 0.1;
            *v += (g * g - *v) * 0.001;
            *w -= *m * 0.001 / (v.sqrt() + 1e-7);
        }
    }

    #[target_feature(enable = "avx512f")]
    pub fn relu_of_sum(a: &[f32], b: &[f32], c: &mut [f32]) {
        for ((a, b), c) in a.iter().zip(b).zip(c) {
            *c = (a + b).max(0.0);
        }
    }
}
