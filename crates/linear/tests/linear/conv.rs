//! Convolutions and their gradients against loops in float64.

use crate::common::{assert_close, assert_same_bits, random, run};
use capas_linear::{Conv, ConvFilterGrad, ConvInputGrad, Tier};

#[derive(Debug, Clone, Copy)]
struct Case {
    n: usize,
    input: [usize; 2],
    channels: [usize; 2],
    window: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    pad: [usize; 2],
    /// Padding after the axes.
    after: [usize; 2],
    groups: usize,
}

const PLAIN: Case = Case {
    n: 2,
    input: [7, 9],
    channels: [3, 5],
    window: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    pad: [0, 0],
    after: [0, 0],
    groups: 1,
};

impl Case {
    fn output(&self) -> [usize; 2] {
        [0, 1].map(|axis| {
            let room = self.input[axis] + self.pad[axis] + self.after[axis];
            (room - self.dilation[axis] * (self.window[axis] - 1) - 1) / self.stride[axis] + 1
        })
    }

    fn words(&self, has_epilogue: bool) -> Vec<i32> {
        let (output, [h, w], [ci, co]) = (self.output(), self.input, self.channels);
        let mut words = vec![self.n, h, w, ci, self.window[0], self.window[1], co];
        words.extend([output, self.stride, self.dilation, self.pad].concat());
        words.extend([self.groups, 0, 1, 2]);
        if has_epilogue {
            words.extend([0; 4]);
        }
        words.into_iter().map(|word| word as i32).collect()
    }

    /// The elements of the input, the filter and the output.
    fn sizes(&self) -> [usize; 3] {
        let ([h, w], [oh, ow], [ci, co]) = (self.input, self.output(), self.channels);
        [self.n * h * w * ci, self.window[0] * self.window[1] * ci / self.groups * co, self.n * oh * ow * co]
    }

    /// Visits which element of the input, of the filter and of the output belong together.
    fn each(&self, mut visit: impl FnMut(usize, usize, usize)) {
        let ([h, w], [oh, ow], [ci, co]) = (self.input, self.output(), self.channels);
        let (cig, cog) = (ci / self.groups, co / self.groups);
        for position in 0..self.n * oh * ow {
            let (image, oy, ox) = (position / (oh * ow), position / ow % oh, position % ow);
            for tap in 0..self.window[0] * self.window[1] {
                let (r, s) = (tap / self.window[1], tap % self.window[1]);
                let y = (oy * self.stride[0] + r * self.dilation[0]).wrapping_sub(self.pad[0]);
                let x = (ox * self.stride[1] + s * self.dilation[1]).wrapping_sub(self.pad[1]);
                if y >= h || x >= w {
                    continue;
                }
                for f in 0..co {
                    for c in 0..cig {
                        let from = ((image * h + y) * w + x) * ci + f / cog * cig + c;
                        visit(from, (tap * cig + c) * co + f, position * co + f);
                    }
                }
            }
        }
    }

    fn check(&self) {
        let tensors = [0, 1, 2].map(|i| random(self.sizes()[i], i as u32 + 1));
        // the result of each instruction is one of the three, its inputs the other two
        for (result, [p, q]) in [(2, [0, 1]), (0, [2, 1]), (1, [0, 2])] {
            let (mut sums, mut sizes) = (vec![0.0; self.sizes()[result]], vec![0.0; self.sizes()[result]]);
            self.each(|x, w, y| {
                let at = [x, w, y];
                let product = f64::from(tensors[p][at[p]]) * f64::from(tensors[q][at[q]]);
                sums[at[result]] += product;
                sizes[at[result]] += product.abs();
            });
            for &tier in Tier::available() {
                let run = |threads| self.run(result, tier, [&tensors[p], &tensors[q]], threads);
                let actual = run(1);
                assert_close(&actual, &sums, &sizes, &format!("{result} of {self:?} {tier:?}"));
                for threads in 2..=4 {
                    assert_same_bits(&run(threads), &actual);
                }
            }
        }
    }

    /// The output (2), the gradient of the input (0) or of the filter (1).
    fn run(&self, result: usize, tier: Tier, inputs: [&[f32]; 2], threads: usize) -> Vec<f32> {
        let words = self.words(result != 1);
        let size = self.sizes()[result];
        match result {
            0 => run(&words, |reader| ConvInputGrad::decode_for(reader, tier), &inputs, size, threads),
            1 => run(&words, |reader| ConvFilterGrad::decode_for(reader, tier), &inputs, size, threads),
            _ => run(&words, |reader| Conv::decode_for(reader, tier), &inputs, size, threads),
        }
    }
}

#[test]
fn convolves_without_and_with_padding() {
    for channels in [[1, 1], [3, 5], [33, 7], [16, 40]] {
        Case { channels, ..PLAIN }.check();
        Case { channels, pad: [1, 1], after: [1, 1], ..PLAIN }.check();
        Case { channels, pad: [2, 0], after: [0, 3], ..PLAIN }.check();
    }
}

#[test]
fn windows_may_have_any_size() {
    for window in [[1, 1], [1, 3], [2, 1], [4, 5], [7, 9]] {
        Case { window, ..PLAIN }.check();
        Case { window, pad: [2, 3], after: [2, 3], ..PLAIN }.check();
    }
    Case { input: [1, 20], window: [1, 4], ..PLAIN }.check();
    Case { input: [1, 1], window: [3, 3], pad: [1, 1], after: [1, 1], ..PLAIN }.check();
}

#[test]
fn strides_skip_positions() {
    for stride in [[2, 2], [1, 3], [3, 2], [9, 10]] {
        for window in [[3, 3], [1, 1], [2, 4]] {
            Case { stride, window, ..PLAIN }.check();
            Case { stride, window, pad: [1, 2], after: [2, 1], ..PLAIN }.check();
        }
    }
}

#[test]
fn dilated_windows_have_gaps() {
    for dilation in [[2, 2], [1, 3], [3, 1]] {
        Case { dilation, ..PLAIN }.check();
        Case { dilation, pad: [3, 3], after: [3, 3], ..PLAIN }.check();
        Case { dilation, stride: [2, 2], pad: [3, 2], after: [3, 2], ..PLAIN }.check();
    }
}

#[test]
fn groups_see_their_own_channels() {
    for (groups, channels) in [(2, [6, 10]), (3, [3, 9]), (2, [8, 70])] {
        Case { groups, channels, ..PLAIN }.check();
        Case { groups, channels, pad: [1, 1], after: [1, 1], stride: [2, 1], ..PLAIN }.check();
    }
}

#[test]
fn large_convolutions_are_cut_into_blocks() {
    Case { n: 3, input: [34, 31], channels: [32, 33], ..PLAIN }.check();
    Case { n: 1, input: [64, 40], channels: [24, 16], pad: [1, 1], after: [1, 1], ..PLAIN }.check();
    Case { n: 1, input: [5, 5], channels: [300, 260], ..PLAIN }.check();
    Case { n: 2, input: [3, 4], channels: [900, 20], window: [1, 2], ..PLAIN }.check();
}

#[test]
fn long_rows_are_cut_too() {
    let long = Case { n: 1, input: [1, 3000], channels: [17, 33], window: [1, 5], ..PLAIN };
    long.check();
    Case { pad: [0, 2], after: [0, 2], ..long }.check();
    Case { pad: [0, 1], after: [0, 2], stride: [1, 3], ..long }.check();
    Case { input: [3, 2500], window: [2, 3], pad: [1, 1], after: [0, 1], dilation: [1, 2], stride: [2, 1], ..long }
        .check();
}

#[test]
fn empty_batches_have_empty_results_and_no_gradient() {
    Case { n: 0, ..PLAIN }.check();
    Case { channels: [0, 4], ..PLAIN }.check();
    Case { channels: [4, 0], ..PLAIN }.check();
}

#[test]
fn nan_stays_where_a_window_sees_it() {
    let case = Case { n: 1, ..PLAIN };
    let mut x = random(case.sizes()[0], 1);
    let w = random(case.sizes()[1], 2);
    let at = (4 * 9 + 4) * 3;
    x[at] = f32::NAN;
    let mut sees = vec![false; case.sizes()[2]];
    case.each(|from, _, to| sees[to] |= from == at);
    for &tier in Tier::available() {
        let y = case.run(2, tier, [&x, &w], 2);
        assert!(y.iter().zip(&sees).all(|(y, sees)| y.is_nan() == *sees));
    }
}

#[test]
fn groups_that_do_not_divide_the_channels_are_an_error() {
    let words = Case { groups: 1, ..PLAIN }.words(true);
    let mut odd = words.clone();
    odd[15] = 2;
    assert!(Conv::decode(&mut capas_runtime::Reader::new(&words)).is_ok());
    assert!(Conv::decode(&mut capas_runtime::Reader::new(&odd)).is_err());
}
