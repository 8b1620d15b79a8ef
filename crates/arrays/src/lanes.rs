//! Some channels of a pixel as a value: loops over all of them become vectors, and the compiler need not ask whether
//! memory overlaps.

/// Channels that are worked on together.
pub(crate) const LANES: usize = 16;

pub(crate) type Lanes<const L: usize> = [f32; L];

#[inline(always)]
pub(crate) fn load<const L: usize>(from: &[f32], at: usize) -> Lanes<L> {
    let mut lanes = [0.0; L];
    lanes.copy_from_slice(&from[at..at + L]);
    lanes
}

#[inline(always)]
pub(crate) fn store<const L: usize>(lanes: Lanes<L>, to: &mut [f32], at: usize) {
    to[at..at + L].copy_from_slice(&lanes);
}

/// `a` where it is larger, else `b`: NaN in `a` counts as smaller than everything.
#[inline(always)]
pub(crate) fn larger<const L: usize>(a: Lanes<L>, b: Lanes<L>) -> Lanes<L> {
    let mut result = b;
    for lane in 0..L {
        result[lane] = if a[lane] > b[lane] { a[lane] } else { b[lane] };
    }
    result
}

/// Calls a function for all channels, [`LANES`] by [`LANES`] and the rest one by one: `f::<L>(..., channel)`.
macro_rules! for_lanes {
    ($channels:expr, $channel:ident, $lanes:ident => $body:expr) => {{
        let channels: usize = $channels;
        let whole = channels - channels % $crate::lanes::LANES;
        let mut $channel = 0;
        while $channel < whole {
            const $lanes: usize = $crate::lanes::LANES;
            $body;
            $channel += $lanes;
        }
        while $channel < channels {
            const $lanes: usize = 1;
            $body;
            $channel += $lanes;
        }
    }};
}

pub(crate) use for_lanes;
