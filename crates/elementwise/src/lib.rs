//! Expressions over elements: a machine for chunks of lanes, and the instructions that are made of it.

mod code;
mod epilogue;
mod float_kernels;
mod function;
mod int_kernels;
mod kernel;
mod lane;
mod machine;
mod math;
mod program;
mod scalar;
mod tier;

pub use code::Code;
pub use epilogue::Epilogue;
pub use tier::Tier;
