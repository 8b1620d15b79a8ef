//! Loops over the lanes of a chunk, compiled for each tier.

use crate::lane::Lane;
use crate::tier::per_tier;

/// Computes a function for all lanes of a chunk: `dst[i] = f(a[i], b[i], c[i])`. Operands that it does not have are empty.
///
/// It must only be called on a machine with the tier that it was made for.
pub(crate) type Kernel = unsafe fn(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32]);

/// A function of one lane.
pub(crate) trait Unary {
    type A: Lane;
    type R: Lane;
    fn of<const FMA: bool>(a: Self::A) -> Self::R;
}

/// A function of two lanes of one type.
pub(crate) trait Binary {
    type A: Lane;
    type R: Lane;
    fn of<const FMA: bool>(a: Self::A, b: Self::A) -> Self::R;
}

/// A function of three lanes.
pub(crate) trait Ternary {
    type A: Lane;
    type B: Lane;
    fn of<const FMA: bool>(a: Self::A, b: Self::B, c: Self::B) -> Self::B;
}

#[inline(always)]
fn unary_loop<F: Unary, const FMA: bool>(dst: &mut [u32], a: &[u32], _: &[u32], _: &[u32]) {
    for (dst, a) in dst.iter_mut().zip(a) {
        *dst = F::of::<FMA>(F::A::from_bits(*a)).bits();
    }
}

#[inline(always)]
fn binary_loop<F: Binary, const FMA: bool>(dst: &mut [u32], a: &[u32], b: &[u32], _: &[u32]) {
    for ((dst, a), b) in dst.iter_mut().zip(a).zip(b) {
        *dst = F::of::<FMA>(F::A::from_bits(*a), F::A::from_bits(*b)).bits();
    }
}

#[inline(always)]
fn ternary_loop<F: Ternary, const FMA: bool>(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32]) {
    for (((dst, a), b), c) in dst.iter_mut().zip(a).zip(b).zip(c) {
        *dst = F::of::<FMA>(F::A::from_bits(*a), F::B::from_bits(*b), F::B::from_bits(*c)).bits();
    }
}

/// The first argument lies where the result goes.
#[inline(always)]
fn binary_in_place_loop<F: Binary, const FMA: bool>(dst: &mut [u32], _: &[u32], b: &[u32], _: &[u32]) {
    for (dst, b) in dst.iter_mut().zip(b) {
        *dst = F::of::<FMA>(F::A::from_bits(*dst), F::A::from_bits(*b)).bits();
    }
}

#[inline(always)]
fn ternary_in_place_loop<F: Ternary, const FMA: bool>(dst: &mut [u32], _: &[u32], b: &[u32], c: &[u32]) {
    for ((dst, b), c) in dst.iter_mut().zip(b).zip(c) {
        *dst = F::of::<FMA>(F::A::from_bits(*dst), F::B::from_bits(*b), F::B::from_bits(*c)).bits();
    }
}

per_tier!(
    pub(crate) unary<F: Unary>, unary_loop,
    fn(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32])
);
per_tier!(
    pub(crate) binary<F: Binary>, binary_loop,
    fn(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32])
);
per_tier!(
    pub(crate) ternary<F: Ternary>, ternary_loop,
    fn(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32])
);

per_tier!(
    pub(crate) binary_in_place<F: Binary>, binary_in_place_loop,
    fn(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32])
);
per_tier!(
    pub(crate) ternary_in_place<F: Ternary>, ternary_in_place_loop,
    fn(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32])
);

/// A function that takes less where all lanes are ordinary, which they mostly are; with the same bits.
pub(crate) trait Checked: Unary {
    fn is_ordinary(a: Self::A) -> bool;
    fn of_ordinary<const FMA: bool>(a: Self::A) -> Self::R;
}

#[inline(always)]
fn checked_loop<F: Checked, const FMA: bool>(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32]) {
    if !a.iter().fold(true, |all, a| all & F::is_ordinary(F::A::from_bits(*a))) {
        return unary_loop::<F, FMA>(dst, a, b, c);
    }
    for (dst, a) in dst.iter_mut().zip(a) {
        *dst = F::of_ordinary::<FMA>(F::A::from_bits(*a)).bits();
    }
}

per_tier!(
    pub(crate) checked<F: Checked>, checked_loop,
    fn(dst: &mut [u32], a: &[u32], b: &[u32], c: &[u32])
);

/// Defines a table from function numbers to kernels, each from an expression of one lane.
///
/// Within an expression, `FMA` says whether there is a fused multiply-add. What is checked has a second expression for lanes of
/// which the condition is true.
macro_rules! kernels {
    (
        $(#[$doc:meta])* fn $table:ident;
        $(checked { $($ccode:ident: $ca:ty => $cr:ty, |$cx:ident| $cbody:expr, if $condition:expr => $shortcut:expr;)* })?
        $(unary { $($ucode:ident: $ua:ty => $ur:ty, |$ux:ident| $ubody:expr;)* })?
        $(binary { $($bcode:ident: $ba:ty => $br:ty, |$bx:ident, $by:ident| $bbody:expr;)* })?
        $(ternary { $($tcode:ident: $ta:ty, $tb:ty, |$tx:ident, $ty:ident, $tz:ident| $tbody:expr;)* })?
    ) => {
        $(#[$doc])*
        pub(crate) fn $table(tier: $crate::tier::Tier, function: i32) -> Option<$crate::kernel::Kernel> {
            use capas_runtime::codes::*;
            match function {
                $($($ccode => {
                    struct F;
                    impl $crate::kernel::Unary for F {
                        type A = $ca;
                        type R = $cr;
                        #[inline(always)]
                        fn of<const FMA: bool>($cx: $ca) -> $cr { $cbody }
                    }
                    impl $crate::kernel::Checked for F {
                        #[inline(always)]
                        fn is_ordinary($cx: $ca) -> bool { $condition }
                        #[inline(always)]
                        fn of_ordinary<const FMA: bool>($cx: $ca) -> $cr { $shortcut }
                    }
                    Some($crate::kernel::checked::<F>(tier))
                })*)?
                $($($ucode => {
                    struct F;
                    impl $crate::kernel::Unary for F {
                        type A = $ua;
                        type R = $ur;
                        #[inline(always)]
                        fn of<const FMA: bool>($ux: $ua) -> $ur { $ubody }
                    }
                    Some($crate::kernel::unary::<F>(tier))
                })*)?
                $($($bcode => {
                    struct F;
                    impl $crate::kernel::Binary for F {
                        type A = $ba;
                        type R = $br;
                        #[inline(always)]
                        fn of<const FMA: bool>($bx: $ba, $by: $ba) -> $br { $bbody }
                    }
                    Some($crate::kernel::binary::<F>(tier))
                })*)?
                $($($tcode => {
                    struct F;
                    impl $crate::kernel::Ternary for F {
                        type A = $ta;
                        type B = $tb;
                        #[inline(always)]
                        fn of<const FMA: bool>($tx: $ta, $ty: $tb, $tz: $tb) -> $tb { $tbody }
                    }
                    Some($crate::kernel::ternary::<F>(tier))
                })*)?
                _ => None,
            }
        }
    };
}
pub(crate) use kernels;
