//! The binding of the native executor to Node. `packages/backend-cpu/src/native` is its other side.

mod device;
mod executable;
mod kernel;
mod runs;

pub use device::{Device, address_of, device, set_threads};
pub use executable::NativeExecutable;
pub use kernel::NativeKernel;
