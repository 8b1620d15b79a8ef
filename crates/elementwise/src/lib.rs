//! Expressions over elements: a machine for chunks of lanes, and the instructions that are made of it.

mod code;
mod epilogue;
mod feed;
mod float_kernels;
mod function;
#[cfg(test)]
mod function_tests;
mod fuse;
#[cfg(test)]
mod fuse_tests;
mod fused;
mod gather;
mod input;
mod int_kernels;
mod kernel;
mod lane;
mod machine;
mod map;
mod math;
mod output;
mod pairs;
mod program;
mod reduce;
mod rename;
mod scalar;
mod score_rows;
mod softmax;
mod tier;
mod update_rows;

pub use code::Code;
pub use epilogue::Epilogue;
pub use map::Map;
pub use reduce::Reduce;
pub use score_rows::ScoreRows;
pub use softmax::Softmax;
pub use tier::Tier;
pub use update_rows::UpdateRows;
