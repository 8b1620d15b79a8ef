//! Runs one instruction on buffers, with any number of threads.

#![allow(dead_code, reason = "each test file uses a part")]

use std::thread;

use capas_runtime::codes::*;
use capas_runtime::{Barrier, Op, Slots, Worker};

/// The memory of a slot.
#[derive(Clone, Debug, PartialEq)]
pub enum Buffer {
    Floats(Vec<f32>),
    Ints(Vec<i32>),
    Bytes(Vec<u8>),
}

impl Buffer {
    fn address(&mut self) -> *mut u8 {
        match self {
            Self::Floats(data) => data.as_mut_ptr().cast(),
            Self::Ints(data) => data.as_mut_ptr().cast(),
            Self::Bytes(data) => data.as_mut_ptr(),
        }
    }

    pub fn floats(&self) -> &[f32] {
        let Self::Floats(data) = self else { panic!("not float32") };
        data
    }

    pub fn bits(&self) -> Vec<u32> {
        match self {
            Self::Floats(data) => data.iter().map(|x| x.to_bits()).collect(),
            Self::Ints(data) => data.iter().map(|x| *x as u32).collect(),
            Self::Bytes(data) => data.iter().map(|x| u32::from(*x)).collect(),
        }
    }
}

/// Runs an instruction; `places` says which buffer each slot is.
pub fn run_at(op: &dyn Op, buffers: &mut [Buffer], places: &[usize], threads: usize) {
    let addresses: Vec<*mut u8> = buffers.iter_mut().map(Buffer::address).collect();
    let slots = Slots { addresses: places.iter().map(|place| addresses[*place]).collect() };
    let barrier = Barrier::new(threads);
    let mut scratch = vec![[f64::NAN; 8]; op.scratch_bytes(threads).div_ceil(64)];
    let start = scratch.as_mut_ptr() as usize;
    thread::scope(|scope| {
        for id in 0..threads {
            let (slots, barrier) = (&slots, &barrier);
            scope.spawn(move || op.run(&Worker::new(id, threads, slots, start as *mut u8, barrier)));
        }
    });
}

pub fn run(op: &dyn Op, buffers: &mut [Buffer], threads: usize) {
    let places: Vec<usize> = (0..buffers.len()).collect();
    run_at(op, buffers, &places, threads);
}

/// Numbers from -2 to 2.
pub fn random(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 22) as f32 - 2.0
    };
    std::iter::repeat_with(next).take(n).collect()
}

pub fn bits(x: f32) -> i32 {
    x.to_bits() as i32
}

pub const F: i32 = DTYPE_FLOAT32;
pub const I: i32 = DTYPE_INT32;
pub const B: i32 = DTYPE_BOOL;
pub const U: i32 = DTYPE_UINT8;
