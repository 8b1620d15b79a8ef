//! The vectors of each instruction set, and which of them the machine has.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
mod tile;

pub(crate) use tile::{Kernels, Tile};

use std::sync::OnceLock;

/// An instruction set with kernels of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Tier {
    /// All that this machine can run, the best last.
    pub fn available() -> &'static [Tier] {
        static TIERS: OnceLock<Vec<Tier>> = OnceLock::new();
        TIERS.get_or_init(|| {
            #[allow(unused_mut)]
            let mut tiers = vec![Tier::Portable];
            #[cfg(target_arch = "x86_64")]
            {
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    tiers.push(Tier::Avx2);
                    let has_avx512 = is_x86_feature_detected!("avx512f")
                        && is_x86_feature_detected!("avx512bw")
                        && is_x86_feature_detected!("avx512dq")
                        && is_x86_feature_detected!("avx512vl");
                    if has_avx512 {
                        tiers.push(Tier::Avx512);
                    }
                }
            }
            #[cfg(target_arch = "aarch64")]
            tiers.push(Tier::Neon);
            tiers
        })
    }

    /// The best that this machine can run.
    pub fn best() -> Tier {
        Self::available().last().copied().unwrap_or(Tier::Portable)
    }

    pub(crate) fn kernels(self) -> &'static Kernels {
        match self {
            Tier::Portable => &portable::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Tier::Avx2 => &avx2::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Tier::Avx512 => &avx512::KERNELS,
            #[cfg(target_arch = "aarch64")]
            Tier::Neon => &neon::KERNELS,
        }
    }
}

/// The floats of a line of the cache.
pub(crate) const LINE: usize = 16;

/// Fetches the line of a place into the cache, meanwhile. The place may lie anywhere.
#[inline(always)]
pub(crate) fn prefetch(at: *const f32) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86_64 has the instruction, and it reads nothing
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// A vector of floats.
///
/// # Safety
/// Every function asks for the instruction set, and that its pointer is valid for as many floats as it says.
pub(crate) trait Simd {
    type Vector: Copy;
    const LANES: usize;

    unsafe fn zero() -> Self::Vector;
    /// One float in all lanes.
    unsafe fn splat(from: *const f32) -> Self::Vector;
    unsafe fn load(from: *const f32) -> Self::Vector;
    /// The first `count` lanes, from 1 to `LANES`; 0 in the others, which are not read.
    unsafe fn load_first(from: *const f32, count: usize) -> Self::Vector;
    unsafe fn store(to: *mut f32, x: Self::Vector);
    unsafe fn store_first(to: *mut f32, count: usize, x: Self::Vector);
    unsafe fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a b + c`
    unsafe fn multiply_add(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
}
