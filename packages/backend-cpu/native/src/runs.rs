//! Runs off the thread of JavaScript, and what has to happen when that thread ends before them.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};

use napi::bindgen_prelude::*;

/// A run that another thread may end.
#[derive(Default)]
pub struct Run {
    pub stop: AtomicBool,
    has_ended: Mutex<bool>,
    ended: Condvar,
}

impl Run {
    pub fn end(&self) {
        *self.has_ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.notify_all();
    }

    pub fn is_running(&self) -> bool {
        !*self.has_ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn stop_and_wait(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let mut has_ended = self.has_ended.lock().unwrap_or_else(PoisonError::into_inner);
        while !*has_ended {
            has_ended = self.ended.wait(has_ended).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

thread_local! {
    /// Those that this thread of JavaScript started; `None` before the first one.
    static RUNS: RefCell<Option<Vec<Weak<Run>>>> = const { RefCell::new(None) };
}

/// Makes sure that a run is over before the memory of this JavaScript thread goes away: when a worker is terminated, its
/// arrays are freed while we may be writing into them.
pub fn watch(env: &Env, run: &Arc<Run>) -> Result<()> {
    let is_first = RUNS.with_borrow(|runs| runs.is_none());
    if is_first {
        env.add_env_cleanup_hook((), |()| {
            let runs = RUNS.take().unwrap_or_default();
            runs.iter().filter_map(Weak::upgrade).for_each(|run| run.stop_and_wait());
        })?;
    }
    RUNS.with_borrow_mut(|runs| {
        let runs = runs.get_or_insert_default();
        runs.retain(|run| run.strong_count() > 0);
        runs.push(Arc::downgrade(run));
    });
    Ok(())
}
