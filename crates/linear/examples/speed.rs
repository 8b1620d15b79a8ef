//! Prints how fast the products and convolutions of common models run: `cargo run --release -p capas-linear --example speed`.
//! A word after it chooses the cases whose name has it, a number after that the size of the batches. The share of the peak is that of as many threads as worked.

use std::time::{Duration, Instant};

use capas_linear::{Conv, ConvFilterGrad, ConvInputGrad, Dot, Tier};
use capas_runtime::codes::{FN_ADD, FN_RELU};
use capas_runtime::{Barrier, Op, Reader, Slots, Worker};
use machine::peak;

#[allow(dead_code)] // the rest is for `bound`
mod machine;

fn main() {
    let only = std::env::args().nth(1).unwrap_or_default();
    let images = std::env::args().nth(2).and_then(|images| images.parse().ok());
    for tier in Tier::available().iter().skip(1).rev() {
        println!("{tier:?}: peak {:.0} GFLOPS a thread", peak(*tier));
        println!("{:<50} {:>9} {:>16} {:>16}", "", "ms", "1 thread", "2 threads");
        for case in cases(*tier, images).iter().filter(|case| case.name.contains(&only)) {
            case.print(*tier);
        }
    }
}

struct Case {
    name: String,
    flops: f64,
    op: Box<dyn Op>,
    /// Of two inputs, the output and a bias.
    sizes: [usize; 4],
}

impl Case {
    fn print(&self, tier: Tier) {
        let mut buffers: Vec<Vec<f32>> =
            self.sizes.iter().map(|&size| (0..size).map(|i| (i % 17) as f32 / 17.0).collect()).collect();
        let slots = Slots { addresses: buffers.iter_mut().map(|buffer| buffer.as_mut_ptr().cast()).collect() };
        let runs = ((1e10 / self.flops) as usize).clamp(10, 2000);
        let times = [1, 2].map(|threads| time(&*self.op, &slots, threads, runs));
        let peak = peak(tier);
        let speeds = [1, 2].map(|threads| {
            let speed = self.flops / times[threads - 1].as_secs_f64() / 1e9;
            format!("{speed:>8.0} ({:>3.0} %)", speed / peak / threads as f64 * 100.0)
        });
        println!("{:<50} {:>9.4} {:>16} {:>16}", self.name, times[0].as_secs_f64() * 1e3, speeds[0], speeds[1]);
    }
}

/// The least time of many runs: others use this machine as well.
fn time(op: &dyn Op, slots: &Slots, threads: usize, runs: usize) -> Duration {
    let mut scratch = vec![[0u64; 8]; op.scratch_bytes(threads).div_ceil(64) + 1];
    let aligned = (scratch.as_mut_ptr() as usize).next_multiple_of(64);
    let barrier = Barrier::new(threads);
    let work = |id: usize| {
        let worker = Worker::new(id, threads, slots, aligned as *mut u8, &barrier);
        let times = (0..runs).map(|_| {
            // before the others may begin, who may be done when this thread wakes
            let start = Instant::now();
            barrier.wait();
            op.run(&worker);
            barrier.wait();
            start.elapsed()
        });
        times.min().unwrap_or_default()
    };
    std::thread::scope(|scope| {
        for id in 1..threads {
            scope.spawn(move || work(id));
        }
        work(0)
    })
}

fn cases(tier: Tier, images: Option<usize>) -> Vec<Case> {
    let dots = [
        ("forward", 32, 128, 784, false, false),
        ("weight gradient", 784, 128, 32, true, false),
        ("forward", 32, 64, 128, false, false),
        ("input gradient", 32, 128, 64, false, true),
        ("forward", 32, 10, 64, false, false),
        ("input gradient", 32, 784, 128, false, true),
        ("autoencoder", 256, 32, 784, false, false),
        ("autoencoder", 256, 784, 32, false, false),
        ("autoencoder, weight gradient", 784, 32, 256, true, false),
        ("autoencoder, weight gradient", 32, 784, 256, true, false),
        ("autoencoder, input gradient", 256, 32, 784, false, true),
        ("dense", 128, 64, 7200, false, false),
        ("dense, weight gradient", 7200, 64, 128, true, false),
        ("dense, input gradient", 128, 7200, 64, false, true),
        ("square", 512, 512, 512, false, false),
        ("square", 512, 512, 512, true, false),
        ("square", 512, 512, 512, false, true),
        ("large", 1024, 1024, 1024, false, false),
        ("pointwise", 12544, 128, 128, false, false),
        ("pointwise", 12544, 128, 128, false, true),
        ("pointwise", 128, 128, 12544, true, false),
        ("pointwise", 6272, 512, 512, false, false),
        ("pointwise", 6272, 512, 512, false, true),
        ("pointwise", 512, 512, 6272, true, false),
        ("pointwise", 12544, 256, 64, false, false),
        ("pointwise", 12544, 64, 256, false, true),
        ("pointwise", 64, 256, 12544, true, false),
        ("recurrent", 32, 512, 128, false, false),
        ("recurrent, gradient", 32, 128, 512, false, true),
        ("recurrent, gradient", 32, 128, 512, false, false),
    ];
    // n, size, channels before and after, window, stride, padding
    let convs = [
        (128, (32, 3, 32, 3, 1, 1)),
        (128, (32, 32, 32, 3, 1, 0)),
        (128, (15, 32, 64, 3, 1, 1)),
        (128, (15, 64, 64, 3, 1, 0)),
        (16, (56, 64, 64, 3, 1, 1)),
        (16, (14, 256, 256, 3, 1, 1)),
        (16, (56, 64, 128, 3, 2, 1)),
        (16, (56, 64, 256, 1, 1, 0)),
        (16, (56, 256, 64, 1, 1, 0)),
        (4, (56, 128, 128, 1, 1, 0)),
        (32, (14, 512, 512, 1, 1, 0)),
        (1, (224, 3, 64, 7, 2, 3)),
    ];
    let dots = dots
        .iter()
        .flat_map(|&(name, m, n, k, transpose_a, transpose_b)| dot(tier, name, (m, n, k), transpose_a, transpose_b));
    dots.chain(convs.iter().flat_map(|conv| convolutions(tier, images.unwrap_or(conv.0), conv.1))).collect()
}

/// The epilogue that does nothing, and `relu(product + bias)`.
fn epilogues() -> [(&'static str, Vec<i32>); 2] {
    let relu = vec![1, 3, 0, 0, 1, 2, 3, 2, FN_ADD, 0, 2, 0, 1, 0, FN_RELU, 0, 2, 2, 0, 0];
    [("", vec![0; 4]), (" + bias, relu", relu)]
}

/// A convolution and its gradients.
fn convolutions(
    tier: Tier,
    n: usize,
    (size, ci, co, window, stride, pad): (usize, usize, usize, usize, usize, usize),
) -> Vec<Case> {
    let out = (size + 2 * pad - window) / stride + 1;
    let words = [n, size, size, ci, window, window, co, out, out, stride, stride, 1, 1, pad, pad, 1, 0, 1, 2];
    let words = words.map(|word| word as i32);
    let [x, w, y] = [n * size * size * ci, window * window * ci * co, n * out * out * co];
    let case = |name: &str, op: Box<dyn Op>, sizes: [usize; 4]| Case {
        name: format!("{n}x{size}x{size}x{ci} {window}x{window}/{stride} {co} {name}"),
        flops: 2.0 * (n * out * out * co * window * window * ci) as f64,
        op,
        sizes,
    };
    let decoded = "the words of a convolution";
    let convs = epilogues().map(|(name, epilogue)| {
        let words = [&words[..], &epilogue].concat();
        let op = Conv::decode_for(&mut Reader::new(&words), tier).expect(decoded);
        case(&format!("conv{name}"), Box::new(op), [x, w, y, co])
    });
    let input = ConvInputGrad::decode_for(&mut Reader::new(&[&words[..], &[0; 4]].concat()), tier).expect(decoded);
    let filter = ConvFilterGrad::decode_for(&mut Reader::new(&words), tier).expect(decoded);
    let gradients = [case("input", Box::new(input), [y, w, x, 0]), case("filter", Box::new(filter), [x, y, w, 0])];
    convs.into_iter().chain(gradients).collect()
}

fn dot(
    tier: Tier,
    name: &str,
    (m, n, k): (usize, usize, usize),
    transpose_a: bool,
    transpose_b: bool,
) -> impl Iterator<Item = Case> + use<> {
    let words = [0, m, n, k, transpose_a.into(), transpose_b.into(), 0, 1, 2].map(|word: usize| word as i32);
    let flag = |is_transposed| if is_transposed { "'" } else { "" };
    let name = format!("{m}x{k}{} · {k}x{n}{} {name}", flag(transpose_a), flag(transpose_b));
    // gradients have no bias
    let count = if transpose_a || transpose_b { 1 } else { 2 };
    epilogues().into_iter().take(count).map(move |(after, epilogue)| {
        let words = [&words[..], &epilogue].concat();
        let op = Dot::decode_for(&mut Reader::new(&words), tier).expect("the words of a product");
        let sizes = [m * k, k * n, m * n, n];
        Case { name: format!("{name}{after}"), flops: 2.0 * (m * n * k) as f64, op: Box::new(op), sizes }
    })
}
