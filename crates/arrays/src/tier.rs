/// Instruction sets that loops are compiled for. On aarch64 the portable code has NEON.
///
/// Only this module makes the tiers of a processor, and only where it has them: calls of their code rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Tier {
    /// The best of this machine.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if has_avx512 {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") {
                return Self::Avx2;
            }
        }
        Self::Portable
    }

    /// All that this machine can run.
    #[cfg(test)]
    pub fn available() -> Vec<Self> {
        match Self::detect() {
            Self::Portable => vec![Self::Portable],
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => vec![Self::Portable, Self::Avx2],
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => vec![Self::Portable, Self::Avx2, Self::Avx512],
        }
    }
}

/// Compiles a function once for each tier; the first argument of what it defines says which one runs.
macro_rules! for_each_tier {
    ($(#[$meta:meta])* $vis:vis fn $name:ident $(<$generic:ident: $bound:path>)? ($($arg:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$meta])*
        $vis fn $name $(<$generic: $bound>)? (tier: $crate::tier::Tier, $($arg: $type),*) {
            #[inline(always)]
            fn portable $(<$generic: $bound>)? ($($arg: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2 $(<$generic: $bound>)? ($($arg: $type),*) {
                portable($($arg),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
            fn avx512 $(<$generic: $bound>)? ($($arg: $type),*) {
                portable($($arg),*)
            }

            match tier {
                $crate::tier::Tier::Portable => portable($($arg),*),
                // SAFETY: there is such a tier only where the processor has the instructions
                #[cfg(target_arch = "x86_64")]
                $crate::tier::Tier::Avx2 => unsafe { avx2($($arg),*) },
                // SAFETY: the same
                #[cfg(target_arch = "x86_64")]
                $crate::tier::Tier::Avx512 => unsafe { avx512($($arg),*) },
            }
        }
    };
}

pub(crate) use for_each_tier;
