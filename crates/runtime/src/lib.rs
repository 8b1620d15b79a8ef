//! What every instruction of the native executor works with: the reader of the stream, slots, the share of a thread.

mod barrier;
pub mod codes;
mod op;
mod reader;
mod tickets;
mod worker;

pub use barrier::{Barrier, Poisoned};
pub use op::Op;
pub use reader::{DecodeError, Reader};
pub use tickets::Tickets;
pub use worker::{Rows, Slots, Worker, share};
