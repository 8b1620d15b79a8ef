//! Convolutions of images `[n, h, w, channels]` without im2col: the rows of a window are rows of a product that overlap.

mod ahead;
mod filter_grad;
mod filter_rows;
mod forward;
mod geometry;
mod input_grad;
mod phase;
mod slide;
mod strip;

pub use filter_grad::ConvFilterGrad;
pub use forward::Conv;
pub use input_grad::ConvInputGrad;
