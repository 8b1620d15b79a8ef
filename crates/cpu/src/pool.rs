use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

/// Threads that do one job at a time together with the thread that brings it. Between jobs they sleep.
pub struct Pool {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
    queue: Queue,
}

struct Shared {
    state: Mutex<State>,
    begins: Condvar,
    ends: Condvar,
}

struct State {
    /// Counts the jobs, so that a helper does each of them once.
    number: u64,
    job: Option<Job>,
    /// How many threads take part in it.
    threads: usize,
    /// How many helpers are still at it.
    running: usize,
    is_closing: bool,
}

/// What each thread does, given its id.
#[derive(Clone, Copy)]
struct Job(*const (dyn Fn(usize) + Sync));

// SAFETY: what it points to is `Sync`, and `Pool::run` keeps it alive until every helper is done.
unsafe impl Send for Job {}

impl Pool {
    /// As many threads as asked for, among them the one that calls `run`; fewer where the system gives no more.
    pub fn new(threads: usize) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::new(State { number: 0, job: None, threads: 0, running: 0, is_closing: false }),
            begins: Condvar::new(),
            ends: Condvar::new(),
        });
        let helper = |id| {
            let shared = Arc::clone(&shared);
            Builder::new().name(format!("capas-{id}")).spawn(move || help(&shared, id)).ok()
        };
        let helpers = (1..threads.max(1)).map_while(helper).collect();
        Self { shared, helpers, queue: Queue::default() }
    }

    pub fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Whether another job waits for the one that runs.
    pub fn is_wanted(&self) -> bool {
        self.queue.is_wanted()
    }

    /// Calls `job` with 0 on this thread and with 1, 2 … on helpers, on so many threads together and not more than there
    /// are, and returns when all have returned. Jobs are done one after the other, in the order in which they come.
    pub fn run(&self, threads: usize, job: &(dyn Fn(usize) + Sync)) {
        let _turn = self.queue.wait();
        // SAFETY: only the lifetime changes; `finish` waits for the helpers before this function returns or unwinds.
        let job_of_helpers = Job(unsafe {
            std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), *const (dyn Fn(usize) + Sync + 'static)>(job)
        });
        {
            let mut state = lock(&self.shared.state);
            state.number += 1;
            state.job = Some(job_of_helpers);
            state.threads = threads.min(self.threads());
            state.running = state.threads - 1;
        }
        self.shared.begins.notify_all();
        let result = catch_unwind(AssertUnwindSafe(|| job(0)));
        self.finish();
        if let Err(panic) = result {
            resume_unwind(panic);
        }
    }

    fn finish(&self) {
        let mut state = lock(&self.shared.state);
        while state.running > 0 {
            state = self.shared.ends.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.job = None;
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        lock(&self.shared.state).is_closing = true;
        self.shared.begins.notify_all();
        for helper in self.helpers.drain(..) {
            let _ = helper.join();
        }
    }
}

/// What a helper does until the pool is dropped.
fn help(shared: &Shared, id: usize) {
    let mut done = 0;
    loop {
        let job = {
            let mut state = lock(&shared.state);
            while !state.is_closing && state.number == done {
                state = shared.begins.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.is_closing {
                return;
            }
            done = state.number;
            state.job.filter(|_| id < state.threads)
        };
        let Some(job) = job else { continue };
        // SAFETY: `Pool::run` waits for this thread before the job goes away.
        let job = unsafe { &*job.0 };
        // A job reports its own panics; one that did not must not leave `run` waiting.
        let _ = catch_unwind(AssertUnwindSafe(|| job(id)));
        let mut state = lock(&shared.state);
        state.running -= 1;
        if state.running == 0 {
            shared.ends.notify_all();
        }
    }
}

/// Lets threads through one by one, in the order in which they come.
#[derive(Default)]
struct Queue {
    numbers: Mutex<Numbers>,
    next: Condvar,
}

#[derive(Default)]
struct Numbers {
    handed_out: u64,
    served: u64,
}

struct Turn<'a>(&'a Queue);

impl Queue {
    fn wait(&self) -> Turn<'_> {
        let mut numbers = lock(&self.numbers);
        let mine = numbers.handed_out;
        numbers.handed_out += 1;
        while numbers.served != mine {
            numbers = self.next.wait(numbers).unwrap_or_else(PoisonError::into_inner);
        }
        Turn(self)
    }

    fn is_wanted(&self) -> bool {
        let numbers = lock(&self.numbers);
        numbers.handed_out > numbers.served + 1
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.0.numbers).served += 1;
        self.0.next.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread::scope;

    #[test]
    fn every_thread_does_every_job_once() {
        for threads in 1..=4 {
            let pool = Pool::new(threads);
            assert_eq!(pool.threads(), threads);
            let calls: Vec<AtomicUsize> = (0..threads).map(|_| AtomicUsize::new(0)).collect();
            for _ in 0..100 {
                pool.run(threads, &|id| {
                    calls[id].fetch_add(1, Ordering::SeqCst);
                });
            }
            assert!(calls.iter().all(|count| count.load(Ordering::SeqCst) == 100));
            pool.run(threads / 2 + 1, &|id| assert!(id <= threads / 2));
        }
    }

    #[test]
    fn jobs_of_several_threads_never_overlap() {
        let (pool, inside) = (Pool::new(2), AtomicUsize::new(0));
        scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    for _ in 0..50 {
                        pool.run(2, &|id| {
                            if id == 0 {
                                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                                std::thread::yield_now();
                                inside.fetch_sub(1, Ordering::SeqCst);
                            }
                        });
                    }
                });
            }
        });
    }

    #[test]
    fn it_outlives_a_job_that_panics() {
        let pool = Pool::new(2);
        for who in 0..2 {
            let result = catch_unwind(AssertUnwindSafe(|| pool.run(2, &|id| assert_ne!(id, who))));
            assert_eq!(result.is_err(), who == 0);
        }
        pool.run(2, &|_| {});
    }
}
