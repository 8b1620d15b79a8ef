use std::sync::{Arc, Mutex, PoisonError};

use capas_cpu::{Pool, available_threads, simd_tier};
use napi_derive::napi;

/// The pool of this process, made when the first program is compiled; programs keep the one they were compiled for.
static POOL: Mutex<PoolChoice> = Mutex::new(PoolChoice { limit: usize::MAX, pool: None });

struct PoolChoice {
    limit: usize,
    pool: Option<Arc<Pool>>,
}

/// What programs run on.
#[napi(object)]
pub struct Device {
    pub threads: u32,
    /// `'AVX-512'`
    pub simd: String,
}

#[napi]
pub fn device() -> Device {
    let limit = POOL.lock().unwrap_or_else(PoisonError::into_inner).limit;
    Device { threads: available_threads().min(limit) as u32, simd: simd_tier().into() }
}

/// How many threads programs that are compiled from now on may use at most.
#[napi]
pub fn set_threads(most: u32) {
    let mut choice = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    choice.limit = (most as usize).max(1);
    choice.pool = None;
}

/// Where the bytes of an array lie.
#[napi]
pub fn address_of(bytes: &[u8]) -> f64 {
    bytes.as_ptr().addr() as f64
}

/// The pool for a new program.
pub fn pool() -> Arc<Pool> {
    let mut choice = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let limit = choice.limit;
    let make = || Arc::new(Pool::new(available_threads().min(limit)));
    Arc::clone(choice.pool.get_or_insert_with(make))
}
