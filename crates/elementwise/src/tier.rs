//! Which vector instructions a kernel is compiled for.

/// A set of instructions. The loops are written once and compiled for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// AVX-512 F, BW, DQ and VL: 16 lanes.
    Avx512,
    /// AVX2 and FMA: 8 lanes.
    Avx2,
    /// What every machine of the architecture has: SSE2 on x86-64, NEON on aarch64.
    Base,
}

impl Tier {
    /// The widest tier of this machine.
    pub fn best() -> Self {
        if Self::Avx512.is_available() {
            Self::Avx512
        } else if Self::Avx2.is_available() {
            Self::Avx2
        } else {
            Self::Base
        }
    }

    /// Every tier of this machine, for tests.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Avx512, Self::Avx2, Self::Base].into_iter().filter(|tier| tier.is_available())
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        let avx2 = || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        match self {
            Self::Avx512 => {
                avx2()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            Self::Avx2 => avx2(),
            Self::Base => true,
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Self::Base
    }
}

/// Whether the base tier has a fused multiply-add; elsewhere it would be a call.
pub(crate) const BASE_FMA: bool = cfg!(target_arch = "aarch64");

/// Defines a function that picks, for a tier, the function `$body` compiled for it.
///
/// `$body` is `#[inline(always)]` and generic over a type and over whether there is a fused multiply-add.
macro_rules! per_tier {
    ($vis:vis $name:ident<$f:ident: $bound:path>, $body:ident, fn($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)?) => {
        $vis fn $name<$f: $bound>(tier: $crate::tier::Tier) -> unsafe fn($($type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
            fn avx512<$f: $bound>($($arg: $type),*) $(-> $result)? {
                $body::<$f, true>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2<$f: $bound>($($arg: $type),*) $(-> $result)? {
                $body::<$f, true>($($arg),*)
            }
            fn base<$f: $bound>($($arg: $type),*) $(-> $result)? {
                $body::<$f, { $crate::tier::BASE_FMA }>($($arg),*)
            }
            match tier {
                #[cfg(target_arch = "x86_64")]
                $crate::tier::Tier::Avx512 => avx512::<$f>,
                #[cfg(target_arch = "x86_64")]
                $crate::tier::Tier::Avx2 => avx2::<$f>,
                _ => base::<$f>,
            }
        }
    };
}
pub(crate) use per_tier;
