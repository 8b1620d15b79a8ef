//! What every instruction of the native executor works with: the reader of the stream, slots, the share of a thread.

pub mod codes;
mod op;
mod reader;
mod worker;

pub use op::Op;
pub use reader::{DecodeError, Reader};
pub use worker::{Barrier, Slots, Worker};
