mod conv;
mod correlation;
mod filter_grad;
mod input_grad;
mod runs;

pub use conv::DepthwiseConv;
pub use filter_grad::DepthwiseFilterGrad;
pub use input_grad::DepthwiseInputGrad;
