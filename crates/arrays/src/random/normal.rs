//! The inverse of the standard normal distribution function, operation by operation that of `normal.ts`: Wichura's AS 241
//! (PPND16) in float64 with our own logarithm, so that all backends draw the same bits.

use super::philox::WORDS;

/// The share of a standard normal distribution below −2.
const BELOW_MINUS_TWO: f64 = 0.022750131948179195;

/// Writes standard normal numbers; `is_truncated`: those within (−2, 2).
#[inline(always)]
pub(crate) fn fill_normal(out: &mut [f32], words: &[u32; WORDS], is_truncated: bool) {
    let (low, width) = if is_truncated { (BELOW_MINUS_TWO, 1.0 - 2.0 * BELOW_MINUS_TWO) } else { (0.0, 1.0) };
    let mut shares = [0f64; WORDS];
    let mut values = [0f32; WORDS];
    // seven of eight lie in the centre: that formula for all, which makes vectors, then the others again
    for i in 0..WORDS {
        shares[i] = low + width * ((f64::from(words[i]) + 0.5) * 2f64.powi(-32));
        values[i] = centre(shares[i] - 0.5) as f32;
    }
    for i in 0..WORDS {
        let q = shares[i] - 0.5;
        if q.abs() > 0.425 {
            values[i] = tail(shares[i], q) as f32;
        }
    }
    out.copy_from_slice(&values[..out.len()]);
}

#[inline(always)]
fn centre(q: f64) -> f64 {
    let r = 0.180625 - q * q;
    (q * horner(&CENTRE_TOP, r)) / horner(&CENTRE_BOTTOM, r)
}

fn tail(p: f64, q: f64) -> f64 {
    let tail = (-natural_log(if q < 0.0 { p } else { 1.0 - p })).sqrt();
    let value = if tail <= 5.0 {
        horner(&MIDDLE_TOP, tail - 1.6) / horner(&MIDDLE_BOTTOM, tail - 1.6)
    } else {
        horner(&FAR_TOP, tail - 5.0) / horner(&FAR_BOTTOM, tail - 5.0)
    };
    if q < 0.0 { -value } else { value }
}

/// The natural logarithm of a positive normal number: ln m = 2 artanh((m − 1)/(m + 1)).
fn natural_log(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    f64::from(exponent) * std::f64::consts::LN_2 + 2.0 * s * horner(&ARTANH, s * s)
}

/// `c[0] + c[1] x + c[2] x² + …`
#[inline(always)]
fn horner<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
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
const FAR_TOP: [f64; 8] = [
    6.657904643501103,
    5.463784911164114,
    1.7848265399172913,
    0.29656057182850487,
    0.026532189526576124,
    0.0012426609473880784,
    2.7115555687434876e-5,
    2.0103343992922881e-7,
];
const FAR_BOTTOM: [f64; 8] = [
    1.0,
    0.599832206555888,
    0.1369298809227358,
    0.014875361290850615,
    0.0007868691311456133,
    1.8463183175100548e-5,
    1.421511758316446e-7,
    2.0442631033899397e-15,
];
