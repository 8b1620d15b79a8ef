//! Runs an instruction on threads over slots of memory.

use capas_runtime::{Barrier, DecodeError, Op, Reader, Slots, Worker};

/// Elements of a slot, whatever their type, in 32-bit words.
pub(crate) type Words = Vec<u32>;

pub(crate) fn floats(values: &[f32]) -> Words {
    values.iter().map(|value| value.to_bits()).collect()
}

pub(crate) fn ints(values: &[i32]) -> Words {
    values.iter().map(|&value| value as u32).collect()
}

pub(crate) fn bytes(values: &[u8]) -> Words {
    let word = |chunk: &[u8]| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        u32::from_ne_bytes(word)
    };
    values.chunks(4).map(word).collect()
}

pub(crate) fn as_floats(words: &[u32]) -> Vec<f32> {
    words.iter().map(|&word| f32::from_bits(word)).collect()
}

pub(crate) fn as_ints(words: &[u32]) -> Vec<i32> {
    words.iter().map(|&word| word as i32).collect()
}

pub(crate) fn as_bytes(words: &[u32], count: usize) -> Vec<u8> {
    let mut all: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
    all.truncate(count);
    all
}

/// Numbers between -1 and 1, always the same for a seed.
pub(crate) fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Integers from `low` to `high - 1`.
pub(crate) fn noisy_ints(count: usize, seed: u32, low: i32, high: i32) -> Vec<i32> {
    let width = (high - low) as f32;
    let place = |x: f32| low + ((x * 0.5 + 0.5) * width) as i32;
    noise(count, seed).into_iter().map(|x| place(x).min(high - 1)).collect()
}

/// What a run leaves: the slots, and the first message of a thread that failed.
pub(crate) struct Outcome {
    pub slots: Vec<Words>,
    pub failure: Option<String>,
}

const GUARD: u32 = 0xdead_beef;
const GUARDS: usize = 16;

/// Runs the instruction on so many threads. Memory behind each slot must stay as it is.
pub(crate) fn run_on(op: &impl Op, slots: &[Words], threads: usize) -> Outcome {
    let mut memory: Vec<Words> = slots.iter().map(|slot| [slot.as_slice(), &[GUARD; GUARDS]].concat()).collect();
    let addresses = Slots { addresses: memory.iter_mut().map(|slot| slot.as_mut_ptr().cast()).collect() };
    let mut scratch = vec![0u64; op.scratch_bytes(threads).div_ceil(8) + 8];
    let aligned = scratch.as_mut_ptr().cast::<u8>();
    // SAFETY: there are 64 bytes more than asked for
    let start = unsafe { aligned.add(aligned.align_offset(64)) } as usize;
    let barrier = Barrier::new(threads);
    let run = |id: usize| {
        let worker = Worker::new(id, threads, &addresses, start as *mut u8, &barrier);
        op.run(&worker);
        worker.take_failure()
    };
    let failure = std::thread::scope(|scope| {
        let run = &run;
        let handles: Vec<_> = (0..threads).map(|id| scope.spawn(move || run(id))).collect();
        handles.into_iter().filter_map(|handle| handle.join().unwrap()).next()
    });
    for (slot, before) in memory.iter_mut().zip(slots) {
        assert_eq!(slot.split_off(before.len()), [GUARD; GUARDS], "memory behind a slot changed");
    }
    Outcome { slots: memory, failure }
}

/// Decodes the words of an instruction, all of them.
pub(crate) fn decode<O>(words: &[i32], decode: impl Fn(&mut Reader) -> Result<O, DecodeError>) -> O {
    let mut reader = Reader::new(words);
    let op = decode(&mut reader).unwrap();
    assert!(reader.is_at_end(), "words are left");
    op
}

/// The slots after a run, which are the same on 1 to 4 threads.
pub(crate) fn run_all(op: &impl Op, slots: &[Words]) -> Vec<Words> {
    let first = run_on(op, slots, 1);
    assert_eq!(first.failure, None);
    for threads in 2..=4 {
        let other = run_on(op, slots, threads);
        assert_eq!(other.failure, None);
        assert_eq!(other.slots, first.slots, "{threads} threads");
    }
    first.slots
}

/// The failure of a run, which there is on 1 to 4 threads.
pub(crate) fn failure_of(op: &impl Op, slots: &[Words]) -> String {
    let messages: Vec<String> = (1..=4).map(|threads| run_on(op, slots, threads).failure.unwrap()).collect();
    assert!(messages.iter().all(|message| *message == messages[0]));
    messages[0].clone()
}
