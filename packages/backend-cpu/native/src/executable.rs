use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

use capas_cpu::{Executable, Layout, Place, RunError};
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::device::pool;
use crate::runs::{Run, watch};

/// A plan that is ready to run, and references to the arrays that are bound to its slots.
struct State {
    executable: Executable,
    bound: HashMap<usize, Uint8Array>,
}

/// See `Executable` in `packages/core/src/backend/executor.ts`.
#[napi]
pub struct NativeExecutable {
    /// `None` once it was disposed.
    state: Option<Arc<Mutex<State>>>,
    /// The last run of `runMany`.
    run: Option<Arc<Run>>,
}

#[napi]
impl NativeExecutable {
    /// `segments`: from and to of each segment, or -1 twice for those of the host. `places`: of each slot its offset in
    /// the arena, or -1 if it will be bound, and its bytes.
    #[napi(constructor)]
    pub fn new(words: &[i32], segments: &[i32], places: &[f64], arena_bytes: f64) -> Result<Self> {
        let segments: Vec<_> = segments.chunks_exact(2).map(|pair| size(pair[0]).zip(size(pair[1]))).collect();
        let slots: Vec<_> = places.chunks_exact(2).map(place).collect();
        let layout = Layout { words, segments: &segments, slots: &slots, arena_bytes: arena_bytes as usize };
        let executable = Executable::new(&layout, pool()).map_err(|error| failure(&error.0))?;
        let state = State { executable, bound: HashMap::new() };
        Ok(Self { state: Some(Arc::new(Mutex::new(state))), run: None })
    }

    /// Binds a slot to the bytes of an array, which stays alive as long as it is bound.
    #[napi]
    pub fn bind(&self, slot: u32, mut bytes: Uint8Array) -> Result<()> {
        let mut state = self.lock()?;
        // SAFETY: only its address is taken; nobody else uses the bytes during a run, as callers promise.
        let (address, length) = unsafe { (bytes.as_mut().as_mut_ptr(), bytes.len()) };
        // SAFETY: `bound` keeps the array alive until the slot is bound again.
        unsafe { state.executable.bind(slot as usize, address, length) }.map_err(refusal)?;
        state.bound.insert(slot as usize, bytes);
        Ok(())
    }

    /// Runs a segment once and waits for it.
    #[napi]
    pub fn run(&self, segment: u32) -> Result<()> {
        self.lock()?.executable.run(segment as usize).map_err(refusal)
    }

    /// Runs the only segment so many times on a thread of its own; resolves to the number of steps that were done.
    #[napi(ts_return_type = "Promise<number>")]
    pub fn run_many<'env>(&mut self, env: &'env Env, steps: u32) -> Result<Object<'env>> {
        let state = Arc::clone(self.idle()?);
        let run: Arc<Run> = Arc::default();
        watch(env, &run)?;
        self.run = Some(Arc::clone(&run));
        let (deferred, promise) = env.create_deferred()?;
        let work = {
            let (deferred, run) = (deferred.clone(), Arc::clone(&run));
            move || {
                let mut busy = lock(&state);
                let result = busy.executable.run_many(steps as usize, &run.stop);
                drop(busy);
                run.end();
                // The state goes along, so that references to arrays are dropped on the thread that made them.
                deferred.resolve(move |_| {
                    drop(state);
                    result.map(|done| done as u32).map_err(refusal)
                });
            }
        };
        if let Err(error) = Builder::new().name("capas-run".into()).spawn(work) {
            run.end();
            deferred.reject(failure(&format!("no thread could be started: {error}")));
        }
        Ok(promise)
    }

    /// Makes `runMany` end after the step it is in.
    #[napi]
    pub fn stop(&self) {
        if let Some(run) = &self.run {
            run.stop.store(true, Ordering::Relaxed);
        }
    }

    /// The same, and waits until the step is done.
    #[napi]
    pub fn halt(&self) {
        if let Some(run) = &self.run {
            run.stop_and_wait();
        }
    }

    #[napi]
    pub fn read_slot(&self, slot: u32, mut into: Uint8Array) -> Result<()> {
        let mut state = self.lock()?;
        let from = state.executable.slot(slot as usize).map_err(refusal)?;
        // SAFETY: an array of JavaScript, which waits for us.
        let into = unsafe { into.as_mut() };
        let part = from.get(..into.len()).ok_or_else(|| too_long(slot, from.len(), into.len()))?;
        // Both may be the same memory of JavaScript.
        // SAFETY: as many bytes lie at both addresses.
        unsafe { std::ptr::copy(part.as_ptr(), into.as_mut_ptr(), part.len()) };
        Ok(())
    }

    #[napi]
    pub fn write_slot(&self, slot: u32, data: Uint8Array) -> Result<()> {
        let mut state = self.lock()?;
        let into = state.executable.slot(slot as usize).map_err(refusal)?;
        let bytes = into.len();
        let part = into.get_mut(..data.len()).ok_or_else(|| too_long(slot, bytes, data.len()))?;
        // SAFETY: as many bytes lie at both addresses.
        unsafe { std::ptr::copy(data.as_ptr(), part.as_mut_ptr(), part.len()) };
        Ok(())
    }

    /// Starts to measure, or ends; nanoseconds of each instruction of the program since the last start.
    #[napi]
    pub fn profile(&self, on: bool) -> Result<Vec<f64>> {
        Ok(self.lock()?.executable.profile(on))
    }

    /// Frees the arena and lets go of what is bound.
    #[napi]
    pub fn dispose(&mut self) -> Result<()> {
        if self.state.is_some() {
            drop(self.lock()?);
            self.state = None;
        }
        Ok(())
    }

    fn lock(&self) -> Result<MutexGuard<'_, State>> {
        self.idle().map(|state| lock(state))
    }

    fn idle(&self) -> Result<&Arc<Mutex<State>>> {
        if self.run.as_ref().is_some_and(|run| run.is_running()) {
            return Err(failure("the program is running: wait for the promise of runMany, or call stop first"));
        }
        self.state.as_ref().ok_or_else(|| failure("the program was disposed"))
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn size(number: i32) -> Option<usize> {
    usize::try_from(number).ok()
}

pub(crate) fn place(pair: &[f64]) -> Place {
    Place { offset: (pair[0] >= 0.0).then_some(pair[0] as usize), bytes: pair[1] as usize }
}

pub(crate) fn failure(message: &str) -> Error {
    Error::new(Status::GenericFailure, message)
}

pub(crate) fn refusal(error: RunError) -> Error {
    failure(&error.to_string())
}

fn too_long(slot: u32, has: usize, wants: usize) -> Error {
    failure(&format!("slot {slot} has {has} bytes. Received an array of {wants}"))
}
