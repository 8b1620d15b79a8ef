//! Several arithmetic steps as one: what optimizers do to every weight at every step of training.

use crate::function::Compute;
use crate::tier::{Tier, per_tier};

/// Computes all lanes: `dsts[k][i] = f(args[0][i], args[1][i], …)[k]`.
///
/// An output may lie where an argument lies, exactly. It must only be called on a machine with the tier that it was made for,
/// with pointers to `n` lanes.
pub(crate) type FusedKernel = unsafe fn(dsts: &[*mut u32; MAX_OUTS], args: &[*const u32; MAX_ARGS], n: usize);

pub(crate) const MAX_ARGS: usize = 9;
pub(crate) const MAX_OUTS: usize = 3;

/// An expression that is looked for.
pub(crate) enum Tree {
    /// Any value; the same number is the same value.
    Arg(usize),
    /// A call of a function of float32.
    Call(i32, &'static [Tree]),
    /// A part of the expression that is a result, too.
    Out(usize, &'static Tree),
}

/// An expression and its kernel.
pub(crate) struct Pattern {
    /// The whole is result 0.
    pub tree: Tree,
    pub args: usize,
    pub outs: usize,
    pub compute: fn(Tier) -> Compute,
}

/// A function of several lanes with several results. It consists of additions and the like: then blocks of lanes become vectors.
trait Fused {
    const ARGS: usize;
    const OUTS: usize;
    fn of(args: [f32; MAX_ARGS]) -> [f32; MAX_OUTS];
}

#[inline(always)]
fn fused_loop<F: Fused, const FMA: bool>(dsts: &[*mut u32; MAX_OUTS], args: &[*const u32; MAX_ARGS], n: usize) {
    // where little is computed, blocks of 16 lanes become shuffles under AVX-512 (LLVM 22)
    if F::OUTS == 1 { blocks::<F, 8>(dsts, args, n) } else { blocks::<F, 16>(dsts, args, n) }
}

/// Blocks of lanes that are read before any is written.
#[inline(always)]
fn blocks<F: Fused, const N: usize>(dsts: &[*mut u32; MAX_OUTS], args: &[*const u32; MAX_ARGS], n: usize) {
    let whole = n - n % N;
    for at in (0..whole).step_by(N) {
        // SAFETY: all pointers that are used have `n` lanes
        unsafe { fused_block::<F, N>(dsts, args, at) };
    }
    for at in whole..n {
        // SAFETY: as above
        unsafe { fused_block::<F, 1>(dsts, args, at) };
    }
}

/// # Safety
/// All pointers that are used have `N` lanes from `at` on.
#[inline(always)]
unsafe fn fused_block<F: Fused, const N: usize>(dsts: &[*mut u32; MAX_OUTS], args: &[*const u32; MAX_ARGS], at: usize) {
    let mut x = [[0.0; N]; MAX_ARGS];
    for k in 0..F::ARGS {
        // SAFETY: as the caller says
        x[k] = unsafe { args[k].add(at).cast::<[f32; N]>().read_unaligned() };
    }
    let mut y = [[0.0; N]; MAX_OUTS];
    for i in 0..N {
        let results = F::of(std::array::from_fn(|k| x[k][i]));
        for k in 0..F::OUTS {
            y[k][i] = results[k];
        }
    }
    for k in 0..F::OUTS {
        // SAFETY: as the caller says
        unsafe { dsts[k].add(at).cast::<[f32; N]>().write_unaligned(y[k]) };
    }
}

per_tier!(
    kernel<F: Fused>, fused_loop,
    fn(dsts: &[*mut u32; MAX_OUTS], args: &[*const u32; MAX_ARGS], n: usize)
);

/// A table of patterns: a tree, and the same as an expression.
macro_rules! patterns {
    ($($tree:expr, |$($arg:ident),*| [$first:expr $(, $more:expr)*] $(where $($let:ident = $value:expr),*)?;)*) => {
        pub(crate) const PATTERNS: &[Pattern] = &[$({
            struct F;
            impl Fused for F {
                const ARGS: usize = [$(stringify!($arg)),*].len();
                const OUTS: usize = 1 $(+ { let _ = stringify!($more); 1 })*;
                #[inline(always)]
                fn of(args: [f32; MAX_ARGS]) -> [f32; MAX_OUTS] {
                    let [$($arg,)* ..] = args;
                    $($(let $let = $value;)*)?
                    let results = [$first $(, $more)*];
                    std::array::from_fn(|k| if k < results.len() { results[k] } else { 0.0 })
                }
            }
            Pattern { tree: $tree, args: F::ARGS, outs: F::OUTS, compute: |tier| Compute::Fused(kernel::<F>(tier)) }
        }),*];
    };
}

use Tree::{Arg, Out};
use capas_runtime::codes::{FN_ADD, FN_DIV, FN_MUL, FN_NEG, FN_SQRT, FN_SQUARE, FN_SUB};

const fn call(function: i32, args: &'static [Tree]) -> Tree {
    Tree::Call(function, args)
}

/// `b + (a - b) · c`.
const APPROACH: Tree = call(FN_ADD, &[Arg(1), call(FN_MUL, &[call(FN_SUB, &[Arg(0), Arg(1)]), Arg(2)])]);

// the larger first: what one has taken is gone
patterns! {
    // Adam: gradient, mean, square, weight, step size, shares of the means, epsilon
    call(FN_SUB, &[Arg(3), call(FN_DIV, &[
        call(FN_MUL, &[
            Out(1, &call(FN_ADD, &[Arg(1), call(FN_MUL, &[call(FN_SUB, &[Arg(0), Arg(1)]), Arg(5)])])),
            Arg(4),
        ]),
        call(FN_ADD, &[
            call(FN_SQRT, &[Out(2, &call(FN_ADD, &[Arg(2), call(FN_MUL, &[
                call(FN_SUB, &[call(FN_SQUARE, &[Arg(0)]), Arg(2)]),
                Arg(6),
            ])]))]),
            Arg(7),
        ]),
    ])]), |g, m, v, w, alpha, p, q, e| [w - mean * alpha / (square.sqrt() + e), mean, square]
        where mean = m + (g - m) * p, square = v + (g * g - v) * q;
    // Adam of a gradient in parts: the same with the sum of their squares
    call(FN_SUB, &[Arg(4), call(FN_DIV, &[
        call(FN_MUL, &[
            Out(1, &call(FN_ADD, &[Arg(2), call(FN_MUL, &[call(FN_SUB, &[Arg(0), Arg(2)]), Arg(6)])])),
            Arg(5),
        ]),
        call(FN_ADD, &[
            call(FN_SQRT, &[Out(2, &call(FN_ADD, &[Arg(3), call(FN_MUL, &[
                call(FN_SUB, &[Arg(1), Arg(3)]),
                Arg(7),
            ])]))]),
            Arg(8),
        ]),
    ])]), |g, s, m, v, w, alpha, p, q, e| [w - mean * alpha / (square.sqrt() + e), mean, square]
        where mean = m + (g - m) * p, square = v + (s - v) * q;
    // binary crossentropy of logarithms
    call(FN_NEG, &[call(FN_ADD, &[
        // this one first, as it says what argument 0 is
        call(FN_MUL, &[call(FN_SUB, &[Arg(2), Arg(0)]), Arg(3)]),
        call(FN_MUL, &[Arg(0), Arg(1)]),
    ])]), |a, b, c, d| [-((c - a) * d + a * b)];
    // the gradient of a sigmoid
    call(FN_MUL, &[Arg(0), call(FN_MUL, &[Arg(1), call(FN_SUB, &[Arg(2), Arg(1)])])]), |a, b, c| [a * (b * (c - b))];
    call(FN_SUB, &[Arg(0), call(FN_DIV, &[
        call(FN_MUL, &[Arg(1), Arg(2)]),
        call(FN_ADD, &[call(FN_SQRT, &[Arg(3)]), Arg(4)]),
    ])]), |a, b, c, d, e| [a - b * c / (d.sqrt() + e)];
    call(FN_ADD, &[Arg(1), call(FN_MUL, &[call(FN_SUB, &[call(FN_SQUARE, &[Arg(0)]), Arg(1)]), Arg(2)])]),
        |a, b, c| [b + (a * a - b) * c];
    APPROACH, |a, b, c| [b + (a - b) * c];
    // normalizations: the gradient of columns, that of rows, the result
    call(FN_ADD, &[
        call(FN_ADD, &[
            call(FN_ADD, &[
                call(FN_MUL, &[Arg(0), Arg(1)]),
                call(FN_MUL, &[Arg(2), call(FN_MUL, &[call(FN_SUB, &[Arg(3), Arg(4)]), Arg(5)])]),
            ]),
            Arg(6),
        ]),
        Arg(7),
    ]), |a, b, c, d, e, f, g, h| [a * b + c * ((d - e) * f) + g + h];
    call(FN_ADD, &[
        call(FN_ADD, &[
            call(FN_MUL, &[call(FN_MUL, &[Arg(0), Arg(1)]), Arg(2)]),
            call(FN_MUL, &[Arg(3), call(FN_MUL, &[Arg(4), Arg(5)])]),
        ]),
        Arg(6),
    ]), |a, b, c, d, e, f, g| [a * b * c + d * (e * f) + g];
    call(FN_ADD, &[
        call(FN_MUL, &[call(FN_MUL, &[Arg(0), Arg(1)]), Arg(2)]),
        call(FN_MUL, &[Arg(3), call(FN_MUL, &[Arg(4), Arg(5)])]),
    ]), |a, b, c, d, e, f| [a * b * c + d * (e * f)];
    call(FN_ADD, &[call(FN_MUL, &[call(FN_MUL, &[Arg(0), Arg(1)]), Arg(2)]), Arg(3)]), |a, b, c, d| [a * b * c + d];
    call(FN_ADD, &[call(FN_MUL, &[call(FN_SUB, &[Arg(0), Arg(1)]), Arg(2)]), Arg(3)]),
        |a, b, c, d| [(a - b) * c + d];
    // what they sum
    call(FN_MUL, &[call(FN_MUL, &[Arg(0), Arg(1)]), call(FN_SUB, &[Arg(2), Arg(3)])]), |a, b, c, d| [a * b * (c - d)];
    call(FN_MUL, &[Arg(0), call(FN_MUL, &[call(FN_SUB, &[Arg(1), Arg(2)]), Arg(3)])]), |a, b, c, d| [a * ((b - c) * d)];
    call(FN_SQUARE, &[call(FN_SUB, &[Arg(0), Arg(1)])]), |a, b| [d * d] where d = a - b;
    call(FN_ADD, &[Arg(0), call(FN_MUL, &[Arg(1), Arg(2)])]), |a, b, c| [a + b * c];
    call(FN_SUB, &[Arg(0), call(FN_MUL, &[Arg(1), Arg(2)])]), |a, b, c| [a - b * c];
    call(FN_SUB, &[call(FN_MUL, &[Arg(0), Arg(1)]), Arg(2)]), |a, b, c| [a * b - c];
    call(FN_MUL, &[call(FN_ADD, &[Arg(0), Arg(1)]), Arg(2)]), |a, b, c| [(a + b) * c];
    call(FN_MUL, &[call(FN_SUB, &[Arg(0), Arg(1)]), Arg(2)]), |a, b, c| [(a - b) * c];
    call(FN_MUL, &[call(FN_MUL, &[Arg(0), Arg(1)]), Arg(2)]), |a, b, c| [a * b * c];
    call(FN_ADD, &[call(FN_ADD, &[Arg(0), Arg(1)]), Arg(2)]), |a, b, c| [a + b + c];
    // alone they gain that they may be in place
    call(FN_ADD, &[Arg(0), Arg(1)]), |a, b| [a + b];
    call(FN_SUB, &[Arg(0), Arg(1)]), |a, b| [a - b];
    call(FN_MUL, &[Arg(0), Arg(1)]), |a, b| [a * b];
}
