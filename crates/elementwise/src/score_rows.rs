//! Softmax of scores, and its gradient, where they lie.

use crate::math::exp32;
use crate::softmax::{in_lanes, larger};
use crate::tier::{Tier, per_tier};

type Kernel = unsafe fn(weights: &mut [f32], slopes: &mut [f32], length: usize);

/// What attention does with rows of scores.
pub struct ScoreRows {
    softmax: Kernel,
    gradient: Kernel,
}

impl ScoreRows {
    pub fn best() -> Self {
        Self::of(Tier::best())
    }

    /// For a tier that the machine has.
    pub fn of(tier: Tier) -> Self {
        Self { softmax: kernel::<Softmax>(tier), gradient: kernel::<Gradient>(tier) }
    }

    /// Scores become weights, `eˣ / Σ eˣ` of each row, from `x` less its maximum.
    pub fn softmax(&self, scores: &mut [f32], length: usize) {
        // SAFETY: the machine has the tier
        unsafe { (self.softmax)(scores, &mut [], length) }
    }

    /// Slopes of weights become those of scores: `p (dp - Σ p dp)` of each row.
    pub fn gradient(&self, weights: &mut [f32], slopes: &mut [f32], length: usize) {
        // SAFETY: the machine has the tier
        unsafe { (self.gradient)(weights, slopes, length) }
    }
}

trait Rows {
    fn run<const FMA: bool>(weights: &mut [f32], slopes: &mut [f32], length: usize);
}

struct Softmax;

impl Rows for Softmax {
    #[inline(always)]
    fn run<const FMA: bool>(scores: &mut [f32], _: &mut [f32], length: usize) {
        for row in scores.chunks_exact_mut(length) {
            let most = in_lanes(row, f32::NEG_INFINITY, larger);
            for x in &mut *row {
                *x = exp32::<FMA>(*x - most);
            }
            let sum = row.chunks(PIECE).map(|piece| in_lanes(piece, 0.0, |sum: f32, e| sum + e));
            let sum = sum.map(f64::from).sum::<f64>() as f32;
            for x in row {
                *x /= sum;
            }
        }
    }
}

struct Gradient;

impl Rows for Gradient {
    #[inline(always)]
    fn run<const FMA: bool>(weights: &mut [f32], slopes: &mut [f32], length: usize) {
        for (weights, slopes) in weights.chunks_exact(length).zip(slopes.chunks_exact_mut(length)) {
            let pieces = weights.chunks(PIECE).zip(slopes.chunks(PIECE));
            let sum = pieces.map(|(weights, slopes)| f64::from(dot(weights, slopes))).sum::<f64>() as f32;
            for (slope, weight) in slopes.iter_mut().zip(weights) {
                *slope = weight * (*slope - sum);
            }
        }
    }
}

/// What is added up in float32 before it is added to a sum in float64.
const PIECE: usize = 1024;

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    const WIDTH: usize = 16;
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<WIDTH>(), b.as_chunks::<WIDTH>());
    let mut lanes = [0.0; WIDTH];
    for (a, b) in a.iter().zip(b) {
        for i in 0..WIDTH {
            lanes[i] += a[i] * b[i];
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    lanes.into_iter().sum::<f32>() + rest
}

#[inline(always)]
fn run<R: Rows, const FMA: bool>(weights: &mut [f32], slopes: &mut [f32], length: usize) {
    R::run::<FMA>(weights, slopes, length);
}

per_tier!(kernel<R: Rows>, run, fn(weights: &mut [f32], slopes: &mut [f32], length: usize));
