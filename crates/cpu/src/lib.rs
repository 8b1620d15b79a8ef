//! Runs plans on the processor: decodes the stream once, then walks it on all threads of a pool.

mod cores;
mod decode;
mod executable;
mod float_mode;
mod memory;
mod pool;
mod profile;
mod repeat;
mod tuning;
mod walk;

pub use cores::{available_threads, simd_tier};
pub use executable::{Executable, Layout, Place};
pub use pool::Pool;
pub use walk::RunError;
