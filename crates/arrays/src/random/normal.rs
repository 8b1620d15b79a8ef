//! The inverse of the standard normal distribution function, operation by operation that of `normal.ts`: Wichura's AS 241
//! (PPND16) in float64 with our own logarithm, so that all backends draw the same bits.

use super::philox::WORDS;

/// The share of a standard normal distribution below −2.
const BELOW_MINUS_TWO: f64 = 0.022750131948179195;

/// Numbers that are made side by side.
const LANES: usize = 8;

type Lanes = [f64; LANES];

const SCALE: f64 = 1.0 / 4_294_967_296.0;

/// Standard normal numbers; `is_truncated`: those within (−2, 2).
#[inline(always)]
pub(crate) fn normal(words: &[u32; WORDS], is_truncated: bool) -> [f32; WORDS] {
    let (low, width) = if is_truncated { (BELOW_MINUS_TWO, 1.0 - 2.0 * BELOW_MINUS_TWO) } else { (0.0, 1.0) };
    let mut shares = [0.0; WORDS];
    let mut values = [0.0; WORDS];
    // most lie in the centre: that formula for all, then the others again
    for first in (0..WORDS).step_by(LANES) {
        let p = lanes(|lane| low + width * ((f64::from(words[first + lane]) + 0.5) * SCALE));
        shares[first..first + LANES].copy_from_slice(&p);
        let value = centre(p);
        for lane in 0..LANES {
            values[first + lane] = value[lane] as f32;
        }
    }
    let (mut places, mut tails, mut count) = ([0; WORDS], [0.25; WORDS], 0);
    for (i, share) in shares.into_iter().enumerate() {
        places[count] = i;
        tails[count] = share;
        count += usize::from((share - 0.5).abs() > 0.425);
    }
    for first in (0..count).step_by(LANES) {
        let value = tail(lanes(|lane| tails[first + lane]));
        for lane in 0..LANES.min(count - first) {
            values[places[first + lane]] = value[lane] as f32;
        }
    }
    values
}

#[inline(always)]
fn lanes(value: impl Fn(usize) -> f64) -> Lanes {
    let mut all = [0.0; LANES];
    for (lane, element) in all.iter_mut().enumerate() {
        *element = value(lane);
    }
    all
}

/// For |p − 0.5| ≤ 0.425.
#[inline(always)]
fn centre(p: Lanes) -> Lanes {
    let q = lanes(|lane| p[lane] - 0.5);
    let r = lanes(|lane| 0.180625 - q[lane] * q[lane]);
    let (top, bottom) = (horner(&CENTRE_TOP, r), horner(&CENTRE_BOTTOM, r));
    lanes(|lane| (q[lane] * top[lane]) / bottom[lane])
}

/// For the others. Shares from 32 bits are at least 2^-33, and √(−ln 2^-33) < 5: the third formula of AS 241, for what lies
/// further out, is for none.
#[inline(always)]
fn tail(p: Lanes) -> Lanes {
    let log = natural_log(lanes(|lane| if p[lane] - 0.5 < 0.0 { p[lane] } else { 1.0 - p[lane] }));
    let r = lanes(|lane| (-log[lane]).sqrt() - 1.6);
    let (top, bottom) = (horner(&MIDDLE_TOP, r), horner(&MIDDLE_BOTTOM, r));
    lanes(|lane| if p[lane] - 0.5 < 0.0 { -(top[lane] / bottom[lane]) } else { top[lane] / bottom[lane] })
}

/// The natural logarithm of positive normal numbers: ln m = 2 artanh((m − 1)/(m + 1)).
#[inline(always)]
fn natural_log(x: Lanes) -> Lanes {
    let fraction = lanes(|lane| f64::from_bits((x[lane].to_bits() & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000));
    let is_upper = |lane: usize| fraction[lane] > std::f64::consts::SQRT_2;
    let exponent = lanes(|lane| {
        let exponent = (x[lane].to_bits() >> 52) as i32 - 1023;
        f64::from(if is_upper(lane) { exponent + 1 } else { exponent })
    });
    let mantissa = lanes(|lane| if is_upper(lane) { fraction[lane] * 0.5 } else { fraction[lane] });
    let s = lanes(|lane| (mantissa[lane] - 1.0) / (mantissa[lane] + 1.0));
    let series = horner(&ARTANH, lanes(|lane| s[lane] * s[lane]));
    lanes(|lane| exponent[lane] * std::f64::consts::LN_2 + 2.0 * s[lane] * series[lane])
}

/// `c[0] + c[1] x + c[2] x² + …`
#[inline(always)]
fn horner<const N: usize>(coefficients: &[f64; N], x: Lanes) -> Lanes {
    let mut sum = [0.0; LANES];
    for i in (0..N).rev() {
        sum = lanes(|lane| sum[lane] * x[lane] + coefficients[i]);
    }
    sum
}

const ARTANH: [f64; 12] = {
    let mut terms = [0.0; 12];
    let mut k = 0;
    while k < 12 {
        terms[k] = 1.0 / (2 * k + 1) as f64;
        k += 1;
    }
    terms
};

const CENTRE_TOP: [f64; 8] = [
    3.3871328727963665,
    133.14166789178438,
    1971.5909503065513,
    13731.69376550946,
    45921.95393154987,
    67265.7709270087,
    33430.57558358813,
    2509.0809287301227,
];
const CENTRE_BOTTOM: [f64; 8] = [
    1.0,
    42.31333070160091,
    687.1870074920579,
    5394.196021424751,
    21213.794301586597,
    39307.89580009271,
    28729.085735721943,
    5226.495278852546,
];
const MIDDLE_TOP: [f64; 8] = [
    1.4234371107496835,
    4.630337846156546,
    5.769497221460691,
    3.6478483247632045,
    1.2704582524523684,
    0.2417807251774506,
    0.022723844989269184,
    0.0007745450142783414,
];
const MIDDLE_BOTTOM: [f64; 8] = [
    1.0,
    2.053191626637759,
    1.6763848301838038,
    0.6897673349851,
    0.14810397642748008,
    0.015198666563616457,
    0.0005475938084995345,
    1.0507500716444169e-9,
];
