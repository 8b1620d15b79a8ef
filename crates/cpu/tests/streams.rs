//! Streams written by hand, as `packages/core/src/plan` writes them.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::scope;

use capas_cpu::{Executable, Layout, Place, Pool};
use capas_runtime::codes::*;

const COUNT: usize = 10_000;

/// `[opcode, length, flags, index]` and the body.
fn instruction(opcode: i32, flags: i32, index: i32, body: &[i32]) -> Vec<i32> {
    [&[opcode, 4 + body.len() as i32, flags, index], body].concat()
}

/// `slot 1 = 3; slot 0 = slot 0 · slot 1 + slot 0`
fn stream() -> Vec<i32> {
    let count = COUNT as i32;
    let fill = [4, count, 3f32.to_bits() as i32, 1];
    let map = [
        &[1, count, 2][..],
        &[0, DTYPE_FLOAT32, 1, 1, DTYPE_FLOAT32, 1],
        &[1, 0, DTYPE_FLOAT32, 2],
        &[3, 2, FN_MUL, DTYPE_FLOAT32, 2, 0, 1, 0, FN_ADD, DTYPE_FLOAT32, 2, 2, 0, 0],
    ]
    .concat();
    [instruction(OP_FILL, 0, 0, &fill), instruction(OP_MAP, FLAG_BARRIER, 1, &map)].concat()
}

const PLACES: [Place; 2] = [Place { offset: None, bytes: 4 * COUNT }, Place { offset: Some(64), bytes: 4 * COUNT }];

fn executable(words: &[i32], pool: &Arc<Pool>) -> Result<Executable, String> {
    let segments = [Some((0, words.len()))];
    let layout = Layout { words, segments: &segments, slots: &PLACES, arena_bytes: 64 + 4 * COUNT };
    Executable::new(&layout, Arc::clone(pool)).map_err(|error| error.to_string())
}

/// Runs the stream so many times on numbers from 0 on.
fn run(pool: &Arc<Pool>, steps: usize) -> Vec<f32> {
    let mut data: Vec<f32> = (0..COUNT).map(|i| i as f32).collect();
    let mut executable = executable(&stream(), pool).unwrap();
    // SAFETY: the data outlives the executable.
    unsafe { executable.bind(0, data.as_mut_ptr().cast(), 4 * COUNT) }.unwrap();
    assert_eq!(executable.run_many(steps, &AtomicBool::new(false)), Ok(steps));
    data
}

#[test]
fn a_stream_runs_alike_on_any_number_of_threads() {
    for threads in 1..=4 {
        let result = run(&Arc::new(Pool::new(threads)), 3);
        assert!(result.iter().enumerate().all(|(i, &x)| x == 64.0 * i as f32), "{threads} threads");
    }
}

#[test]
fn two_executables_share_a_pool() {
    let pool = Arc::new(Pool::new(2));
    scope(|threads| {
        let runs: Vec<_> = (0..2).map(|_| threads.spawn(|| run(&pool, 5))).collect();
        for result in runs {
            assert_eq!(result.join().unwrap()[3], 3.0 * 1024.0);
        }
    });
}

#[test]
fn what_cannot_be_decoded_is_an_error_that_names_the_instruction() {
    let pool = Arc::new(Pool::new(1));
    let refusal = |words: &[i32]| executable(words, &pool).err().unwrap();
    let fill = [4, 1, 0, 1];
    assert_eq!(refusal(&instruction(99, 0, 7, &[])), "instruction 7 (opcode 99): this executor does not know it");
    assert_eq!(
        refusal(&instruction(OP_FILL, 0, 7, &fill[..2])),
        "instruction 7 (opcode 18): the instruction ends too early"
    );
    assert_eq!(
        refusal(&instruction(OP_FILL, 0, 7, &[4, 1, 0, 1, 0])),
        "instruction 7 (opcode 18): it has more words than it should have"
    );
    assert_eq!(refusal(&[OP_FILL, 400, 0, 7]), "instruction 7 has the length 400");
    assert_eq!(refusal(&[OP_FILL, 4]), "the stream ends within an instruction");
}

/// `slot 3 = 4 steps of slot 2: h = slot 0 at first, then h = 2 h + x; slot 1 = the last h`; `flags` are those of the body, of so many `rows`.
fn loop_stream(length: i32, reverse: bool, flags: i32, rows: i32) -> Vec<i32> {
    let count = COUNT as i32;
    let map = [
        &[1, count, 2][..],
        &[4, DTYPE_FLOAT32, 1, 5, DTYPE_FLOAT32, 1],
        &[2, 6, DTYPE_FLOAT32, 2, 7, DTYPE_FLOAT32, 2],
        &[3, 2, FN_ADD, DTYPE_FLOAT32, 2, 0, 0, 0, FN_ADD, DTYPE_FLOAT32, 2, 2, 1, 0],
    ]
    .concat();
    let body = instruction(OP_MAP, flags, 1, &map);
    // after an even number of steps the carry is back where it began
    let [first, second] = if length % 2 == 0 { [1, 8] } else { [8, 1] };
    let head = [
        &[length, i32::from(reverse), rows, 2][..],
        &[5, 2, 4 * count, 7, 3, 4 * count],
        &[1, 4, 6, first, second, 0, 0, 0, body.len() as i32],
    ]
    .concat();
    let copy = [4, 1, count, 0, 0, 1, first, 0, 1];
    let serial = flags & FLAG_SERIAL;
    let of_loop = if rows > 0 { FLAG_BARRIER } else { serial };
    [instruction(OP_COPY, FLAG_BARRIER | serial, 0, &copy), instruction(OP_LOOP, of_loop, 0, &head), body].concat()
}

#[test]
fn loops_run_alike_on_any_number_of_threads() {
    let steps = 4;
    let bound = |floats: usize| Place { offset: None, bytes: 4 * floats };
    let inside = |offset: usize, floats: usize| Place { offset: Some(offset), bytes: 4 * floats };
    let moving = inside(0, 0);
    let places = [
        bound(COUNT),
        bound(COUNT),
        bound(steps * COUNT),
        bound(steps * COUNT),
        moving,
        moving,
        moving,
        moving,
        inside(64, COUNT),
    ];
    let h: Vec<f32> = (0..COUNT).map(|i| (i % 7) as f32).collect();
    let xs: Vec<f32> = (0..steps * COUNT).map(|i| (i % 11) as f32).collect();
    let ways = [(4, false, FLAG_BARRIER), (3, true, FLAG_BARRIER), (4, true, FLAG_SERIAL), (1, false, FLAG_SERIAL)];
    // of some rows, of fewer than threads could share
    for (threads, rows, (length, reverse, flags)) in
        (1..=3).flat_map(|threads| [0, 100, 2].map(|rows| ways.map(|way| (threads, rows, way)))).flatten()
    {
        let words = loop_stream(length as i32, reverse, flags, rows);
        let layout =
            Layout { words: &words, segments: &[Some((0, words.len()))], slots: &places, arena_bytes: 64 + 4 * COUNT };
        let mut executable = Executable::new(&layout, Arc::new(Pool::new(threads))).unwrap();
        let (mut h, mut xs) = (h.clone(), xs.clone());
        let (mut last, mut hs) = (vec![f32::NAN; COUNT], vec![f32::NAN; steps * COUNT]);
        for (slot, data) in [&mut h, &mut last, &mut xs, &mut hs].into_iter().enumerate() {
            // SAFETY: the data outlives the executable.
            unsafe { executable.bind(slot, data.as_mut_ptr().cast(), 4 * data.len()) }.unwrap();
        }
        assert_eq!(executable.run_many(3, &AtomicBool::new(false)), Ok(3));

        let mut expected = h.clone();
        let order: Vec<usize> = if reverse { (0..length).rev().collect() } else { (0..length).collect() };
        for step in order {
            expected.iter_mut().enumerate().for_each(|(i, h)| *h = 2.0 * *h + xs[step * COUNT + i]);
            assert_eq!(hs[step * COUNT..(step + 1) * COUNT], expected, "step {step}, {threads} threads");
        }
        assert_eq!(last, expected, "{threads} threads, {length} steps");
        assert!(hs[length * COUNT..].iter().all(|h| h.is_nan()));
    }
}

#[test]
fn the_body_of_a_loop_must_be_in_the_stream() {
    let words = loop_stream(2, false, 0, 0);
    let error = executable(&words[..words.len() - 1], &Arc::new(Pool::new(1))).err().unwrap();
    assert_eq!(error, "instruction 0 (opcode 28): its body is not in the stream");
}
