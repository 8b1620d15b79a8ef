//! What a register holds: 32-bit lanes, read as float32 or int32.

/// A type of 32 bits.
pub(crate) trait Lane: Copy {
    fn from_bits(bits: u32) -> Self;
    fn bits(self) -> u32;
}

impl Lane for f32 {
    #[inline(always)]
    fn from_bits(bits: u32) -> Self {
        f32::from_bits(bits)
    }
    #[inline(always)]
    fn bits(self) -> u32 {
        self.to_bits()
    }
}

impl Lane for i32 {
    #[inline(always)]
    fn from_bits(bits: u32) -> Self {
        bits as i32
    }
    #[inline(always)]
    fn bits(self) -> u32 {
        self as u32
    }
}

/// A float64 as int32: towards zero and modulo 2³², as JavaScript stores it in an `Int32Array`.
#[inline(always)]
pub(crate) fn to_int32(x: f64) -> i32 {
    if x.abs() < 9.0e18 {
        return x as i64 as i32;
    }
    if x.is_finite() { (x % 4294967296.0) as i64 as i32 } else { 0 }
}
