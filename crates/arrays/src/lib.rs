//! Instructions that move, choose, count, draw and pool elements.

mod copy;
mod dynamic_slice;
mod fill;
mod gather;
mod gather_nd;
mod index;
mod layout;
mod memory;
mod one_hot;
mod part;
mod scatter_add;
mod scatter_nd;
#[cfg(test)]
mod testing;
mod tier;

pub use copy::Copy;
pub use dynamic_slice::DynamicSlice;
pub use fill::Fill;
pub use gather::Gather;
pub use gather_nd::GatherNd;
pub use one_hot::OneHot;
pub use scatter_add::ScatterAdd;
pub use scatter_nd::ScatterNd;
