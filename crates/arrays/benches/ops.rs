//! The instructions of the course programs that move much memory: `cargo bench -p capas-arrays`. The shortest of many
//! runs, on one thread and on two.

use std::time::Instant;

use capas_arrays::*;
use capas_runtime::codes::*;
use capas_runtime::{Barrier, Op, Reader, Slots, Worker};

const RUNS: usize = 100;

fn main() {
    println!("{:<58} {:>9} {:>9}", "", "1 thread", "2 threads");
    // IMDB: 32 reviews of 200 words, 20 000 words, 128 numbers each
    let words = 6400;
    let ids: Vec<i32> = (0..words).map(|i| (i * 7919 % 20_000) * (i * 31 % 20_000) % 20_000).collect();
    let gather = [4, 1, 1, 20_000, 128, words, 0, 1, 2];
    report("gather 6400 of 20000x128", &gather, Gather::decode, &[20_000 * 128, 0, 6400 * 128], &ids);
    let scatter = [DTYPE_FLOAT32, words, 128, 20_000, 1, 0, 2];
    report("scatterAdd 6400 into 20000x128", &scatter, ScatterAdd::decode, &[6400 * 128, 0, 20_000 * 128], &ids);
    let bag = [REDUCE_MEAN, 32, 200, 128, 20_000, 0, 1, 2];
    report("means of 200 of 20000x128, 32 times", &bag, GatherReduce::decode, &[20_000 * 128, 0, 32 * 128], &ids);
    // CIFAR: 128 images, after each pair of convolutions
    for (size, channels) in [(32, 32), (16, 64), (8, 128)] {
        let half = size / 2;
        let windows = [128, size, size, channels, 2, 2, half, half, 2, 2, 1, 1, 0, 0];
        let (large, small) = ((128 * size * size * channels) as usize, (128 * half * half * channels) as usize);
        let name = format!("maximum of 2x2, 128x{size}x{size}x{channels}");
        let op = [&[0], windows.as_slice(), &[0, 2]].concat();
        report(&name, &op, Pool::decode, &[large, 0, small], &[]);
        let op = [&[0], windows.as_slice(), &[2, 0, 3]].concat();
        report(&format!("gradient of that, {size}"), &op, PoolGrad::decode, &[large, 0, small, large], &[]);
    }
    // MobileNet, 16 images
    for (size, channels, stride) in [(112, 32, 1), (112, 64, 2), (56, 128, 1), (14, 512, 1), (7, 1024, 1)] {
        let out = size / stride;
        let windows = [16, size, size, channels, 3, 3, 1, out, out, stride, stride, 1, 1, 2 - stride, 2 - stride];
        let (x, w, y) = (16 * size * size * channels, 9 * channels, 16 * out * out * channels);
        let [x, w, y] = [x, w, y].map(|size| size as usize);
        let op = [windows.as_slice(), &[0, 1, 2]].concat();
        let name = format!("3x3 of each channel, 16x{size}x{size}x{channels} by {stride}");
        report(&name, &op, DepthwiseConv::decode, &[x, w, y], &[]);
        report("  its input's gradient", &op, DepthwiseInputGrad::decode, &[y, w, x], &[]);
        let op = [windows.as_slice(), &[0, 2, 1]].concat();
        report("  its filter's gradient", &op, DepthwiseFilterGrad::decode, &[x, w, y], &[]);
    }
    let count = 128 * 4096;
    for (name, distribution) in [("uniform", DISTRIBUTION_UNIFORM), ("normal", DISTRIBUTION_NORMAL)] {
        let op = [distribution, count, 1, 0];
        report(&format!("random {name}, 128x4096"), &op, Random::decode, &[count as usize, 0], &[3, 4]);
    }
    let batch = [1, 1, 1, 50_000, 3072, 128, 0, 1, 2];
    let rows: Vec<i32> = (0..128).map(|i| i * 7919 % 50_000).collect();
    report("gather 128 of 50000x3072 bytes", &batch, Gather::decode, &[12_500 * 3072, 0, 32 * 3072], &rows);
    let transpose = [4, 2, 1024, 1024, 0, 0, 1, 1024, 1, 0, 1024, 1];
    report("transpose 1024x1024", &transpose, Copy::decode, &[1 << 20, 1 << 20], &[]);
    let nhwc = [4, 3, 128, 1024, 32, 0, 0, 32_768, 1, 1024, 1, 0, 32_768, 32, 1];
    report("NCHW to NHWC, 128x32x32x32", &nhwc, Copy::decode, &[1 << 22, 1 << 22], &[]);
    let pad = [4, 3, 128, 32, 1024, 0, 0, 32_768, 1024, 1, 1, 1120, 36_992, 1088, 1];
    report("into a padded 128x34x34x32", &pad, Copy::decode, &[1 << 22, 128 * 36_992], &[]);
    let one_hot = [4, 128, 1000, 1, 0, 0, 1];
    report("oneHot 128x1000", &one_hot, OneHot::decode, &[128, 128_000], &[]);
    let places = [0, DTYPE_FLOAT32, 128, 1000, 1, 0, 1];
    report("argmax 128x1000", &places, ArgReduce::decode, &[128_000, 128], &[]);
}

/// `ids` are the elements of slot 1, if there are some.
fn report<O: Op>(
    name: &str,
    words: &[i32],
    decode: impl Fn(&mut Reader) -> Result<O, capas_runtime::DecodeError>,
    sizes: &[usize],
    ids: &[i32],
) {
    let op = decode(&mut Reader::new(words)).unwrap();
    let noise = |i: usize| ((i * 2_654_435_761) >> 7 & 0xffff) as f32 / 65_536.0;
    let mut slots: Vec<Vec<f32>> = sizes.iter().map(|&size| (0..size).map(noise).collect()).collect();
    if !ids.is_empty() {
        slots[1] = ids.iter().map(|&id| f32::from_bits(id as u32)).collect();
    }
    let addresses = Slots { addresses: slots.iter_mut().map(|slot| slot.as_mut_ptr().cast()).collect() };
    let times = [1, 2].map(|threads| shortest(&op, &addresses, threads));
    println!("{name:<58} {:>6.3} ms {:>6.3} ms", times[0] * 1e3, times[1] * 1e3);
}

fn shortest(op: &impl Op, slots: &Slots, threads: usize) -> f64 {
    let mut scratch = vec![0u64; op.scratch_bytes(threads).div_ceil(8) + 8];
    let scratch = scratch.as_mut_ptr() as usize;
    let barrier = Barrier::new(threads);
    let run = |id: usize| {
        let worker = Worker::new(id, threads, slots, scratch as *mut u8, &barrier);
        let mut best = f64::INFINITY;
        for _ in 0..RUNS {
            worker.barrier();
            let start = Instant::now();
            op.run(&worker);
            worker.barrier();
            best = best.min(start.elapsed().as_secs_f64());
        }
        assert_eq!(worker.take_failure(), None);
        best
    };
    std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads).map(|id| scope.spawn(move || run(id))).collect();
        let best = run(0);
        helpers.into_iter().for_each(|helper| drop(helper.join()));
        best
    })
}
