//! Products of matrices and convolutions.

mod attention;
mod conv;
mod dot;
mod gemm;
mod pack;
mod simd;
mod split;

pub use attention::{Attention, AttentionGrad};
pub use conv::{Conv, ConvFilterGrad, ConvInputGrad};
pub use dot::Dot;
pub use pack::Pack;
pub use simd::Tier;
