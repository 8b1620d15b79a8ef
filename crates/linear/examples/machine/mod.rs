//! What the cores can do at best.

use std::time::Instant;

use capas_linear::Tier;

/// The multiplications and additions of a second in registers alone, in GFLOPS.
#[cfg(target_arch = "x86_64")]
pub fn peak(tier: Tier) -> f64 {
    use std::arch::x86_64::*;
    use std::hint::black_box;

    #[target_feature(enable = "avx512f")]
    fn avx512(steps: usize) {
        let (x, y) = (_mm512_set1_ps(black_box(0.5)), _mm512_set1_ps(black_box(0.25)));
        let mut sums = [_mm512_setzero_ps(); 20];
        for _ in 0..steps {
            for sum in &mut sums {
                *sum = _mm512_fmadd_ps(*sum, x, y);
            }
        }
        black_box(sums);
    }

    #[target_feature(enable = "avx2", enable = "fma")]
    fn avx2(steps: usize) {
        let (x, y) = (_mm256_set1_ps(black_box(0.5)), _mm256_set1_ps(black_box(0.25)));
        let mut sums = [_mm256_setzero_ps(); 12];
        for _ in 0..steps {
            for sum in &mut sums {
                *sum = _mm256_fmadd_ps(*sum, x, y);
            }
        }
        black_box(sums);
    }

    let (flops_a_step, run): (usize, unsafe fn(usize)) = match tier {
        Tier::Avx512 => (20 * 16 * 2, avx512),
        Tier::Avx2 => (12 * 8 * 2, avx2),
        Tier::Portable => return f64::NAN,
    };
    let steps = 100_000;
    let least = (0..20).map(|_| {
        let start = Instant::now();
        // SAFETY: the machine has the tier
        unsafe { run(steps) };
        start.elapsed().as_secs_f64()
    });
    (flops_a_step * steps) as f64 / least.fold(f64::INFINITY, f64::min) / 1e9
}

#[cfg(not(target_arch = "x86_64"))]
pub fn peak(_: Tier) -> f64 {
    f64::NAN
}

/// `a = b + s·c`.
pub fn triad(a: &mut [f32], b: &[f32], c: &[f32], s: f32) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        #[target_feature(enable = "avx512f")]
        fn avx512(a: &mut [f32], b: &[f32], c: &[f32], s: f32) {
            scaled_sum(a, b, c, s);
        }
        // SAFETY: the machine has it
        return unsafe { avx512(a, b, c, s) };
    }
    scaled_sum(a, b, c, s);
}

#[inline(always)]
fn scaled_sum(a: &mut [f32], b: &[f32], c: &[f32], s: f32) {
    for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
        *a = b + s * c;
    }
}
