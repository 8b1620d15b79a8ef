//! Instructions that move, choose, count, draw and pool elements.

mod arg_reduce;
mod copy;
mod depthwise;
mod dynamic_slice;
mod fill;
mod gather;
mod gather_nd;
mod gather_reduce;
mod index;
mod lanes;
mod layout;
mod memory;
mod one_hot;
mod part;
mod pool;
mod pool_grad;
mod random;
mod resize;
mod rows;
mod scan;
mod scatter_add;
mod scatter_nd;
mod sort;
#[cfg(test)]
mod testing;
mod tier;
mod window;

pub use arg_reduce::ArgReduce;
pub use copy::Copy;
pub use depthwise::{DepthwiseConv, DepthwiseFilterGrad, DepthwiseInputGrad};
pub use dynamic_slice::DynamicSlice;
pub use fill::Fill;
pub use gather::Gather;
pub use gather_nd::GatherNd;
pub use gather_reduce::GatherReduce;
pub use one_hot::OneHot;
pub use pool::Pool;
pub use pool_grad::PoolGrad;
pub use random::Random;
pub use resize::Resize;
pub use scan::Scan;
pub use scatter_add::ScatterAdd;
pub use scatter_nd::ScatterNd;
pub use sort::Sort;
