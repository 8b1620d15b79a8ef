use super::Simd;
use super::tile::kernels;

/// Arrays, which the compiler makes vectors of. Multiplies and adds one after the other: a fused step may be a slow call.
pub(crate) struct Portable;

kernels!(Portable, [], 1 2 3 4);

// SAFETY of each block: the caller's
impl Simd for Portable {
    type Vector = [f32; 4];
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn zero() -> [f32; 4] {
        [0.0; 4]
    }

    #[inline(always)]
    unsafe fn splat(from: *const f32) -> [f32; 4] {
        [unsafe { *from }; 4]
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> [f32; 4] {
        unsafe { from.cast::<[f32; 4]>().read() }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> [f32; 4] {
        let mut lanes = [0.0; 4];
        unsafe { std::ptr::copy_nonoverlapping(from, lanes.as_mut_ptr(), count) };
        lanes
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, x: [f32; 4]) {
        unsafe { to.cast::<[f32; 4]>().write(x) }
    }

    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, x: [f32; 4]) {
        unsafe { std::ptr::copy_nonoverlapping(x.as_ptr(), to, count) }
    }

    #[inline(always)]
    unsafe fn add(a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    unsafe fn multiply_add(a: [f32; 4], b: [f32; 4], c: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] * b[i] + c[i])
    }
}
