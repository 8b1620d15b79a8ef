//! What the tests of all instructions share.

use capas_runtime::codes::{DTYPE_FLOAT32, FN_ADD, FN_RELU};
use capas_runtime::{Barrier, DecodeError, Op, Reader, Rows, Slots, Worker};

/// Numbers between -1 and 1, the same for the same seed.
pub fn random(size: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..size).map(|_| next()).collect()
}

/// Decodes an instruction and runs it: its slots are two inputs, the output, which is returned, and the other inputs.
pub fn run<O: Op>(
    words: &[i32],
    decode: impl Fn(&mut Reader) -> Result<O, DecodeError>,
    inputs: &[&[f32]],
    output_size: usize,
    threads: usize,
) -> Vec<f32> {
    let mut reader = Reader::new(words);
    let op = decode(&mut reader).expect("the words are those of the instruction");
    assert!(reader.is_at_end());
    // what is not written stays visible
    let mut output = vec![f32::from_bits(0x7fc0_1234); output_size];
    let mut addresses: Vec<*mut u8> = inputs.iter().map(|input| input.as_ptr().cast_mut().cast()).collect();
    addresses.insert(2, output.as_mut_ptr().cast());
    run_op(&op, &Slots { addresses }, threads);
    output
}

/// Runs an instruction on so many threads.
pub fn run_op(op: &impl Op, slots: &Slots, threads: usize) {
    let mut scratch = vec![[f32::NAN; 16]; op.scratch_bytes(threads).div_ceil(64) + 2];
    let start = scratch.as_mut_ptr() as usize;
    let aligned = start.next_multiple_of(64);
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        for id in 0..threads {
            let barrier = &barrier;
            scope.spawn(move || op.run(&Worker::new(id, threads, slots, aligned as *mut u8, barrier)));
        }
    });
}

/// Runs an instruction in a loop of rows, once for each part of them.
pub fn run_by_rows(op: &impl Op, slots: &Slots, count: usize, parts: usize) {
    let mut scratch = vec![[f32::NAN; 16]; op.scratch_bytes(1).div_ceil(64) + 2];
    let aligned = (scratch.as_mut_ptr() as usize).next_multiple_of(64);
    for part in 0..parts {
        let rows = Rows { own: count * part / parts..count * (part + 1) / parts, count };
        op.run(&Worker::of_rows(&rows, slots, aligned as *mut u8, &Barrier::new(2)));
    }
}

/// Runs an instruction several times on so many threads, of which one is late, another one each time.
pub fn run_with_delays(op: &impl Op, slots: &Slots, threads: usize) {
    let mut scratch = vec![[f32::NAN; 16]; op.scratch_bytes(threads).div_ceil(64) + 2];
    let aligned = (scratch.as_mut_ptr() as usize).next_multiple_of(64);
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        for id in 0..threads {
            let barrier = &barrier;
            scope.spawn(move || {
                for run in 0..2 * threads {
                    barrier.wait();
                    if run % threads == id {
                        std::thread::sleep(std::time::Duration::from_millis(2));
                    }
                    op.run(&Worker::new(id, threads, slots, aligned as *mut u8, barrier));
                }
            });
        }
    });
}

/// The words of an epilogue `relu(product + bias + residual)`: the bias, slot 3, for each column, the residual, slot 4, for each
/// element.
pub fn epilogue_words(columns: usize) -> Vec<i32> {
    let extras = [2, 3, DTYPE_FLOAT32, 0, 1, 4, DTYPE_FLOAT32, columns as i32, 1];
    let code = [3, 4, 3, FN_ADD, 0, 3, 0, 1, 0, FN_ADD, 0, 3, 3, 2, 0, FN_RELU, 0, 3, 3, 0, 0];
    [&extras[..], &code].concat()
}

/// What [`epilogue_words`] make of a product.
pub fn with_epilogue(product: &[f32], bias: &[f32], residual: &[f32]) -> Vec<f32> {
    let sums = product.iter().zip(residual).enumerate();
    sums.map(|(i, (x, y))| (x + bias[i % bias.len()] + y).max(0.0)).collect()
}

/// Every sum is exact up to the rounding of its terms.
#[track_caller]
pub fn assert_close(actual: &[f32], sums: &[f64], sizes: &[f64], what: &str) {
    assert_eq!(actual.len(), sums.len());
    for (i, ((&x, &sum), &size)) in actual.iter().zip(sums).zip(sizes).enumerate() {
        assert!((f64::from(x) - sum).abs() <= 1e-6 * size, "{what}: element {i} is {x}, expected {sum}");
    }
}

#[track_caller]
pub fn assert_same_bits(actual: &[f32], expected: &[f32]) {
    assert!(actual.iter().zip(expected).all(|(x, y)| x.to_bits() == y.to_bits()), "other bits with other threads");
    assert_eq!(actual.len(), expected.len());
}
