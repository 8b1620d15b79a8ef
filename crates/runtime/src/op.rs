use crate::Worker;

/// A decoded instruction. Every thread calls `run` with its own worker; together they do it once.
///
/// The result must not depend on the number of threads: what is summed in parts is cut at fixed places.
pub trait Op: Send + Sync {
    /// Bytes of scratch memory, shared by all threads and free to use during `run`.
    fn scratch_bytes(&self, threads: usize) -> usize {
        let _ = threads;
        0
    }

    /// Makes it ready to run again after a run that ended early, perhaps while threads were at it.
    fn reset(&self) {}

    /// Does this thread's share.
    fn run(&self, worker: &Worker);
}
