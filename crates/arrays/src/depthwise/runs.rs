use crate::window::WindowAxis;

/// A tap of a filter, and where it reads.
pub(crate) type Tap = (usize, usize);

/// Places of a result along an axis that read through the same taps: the `i`-th of them is `first + i * step`, and its taps
/// read `i * source_step` after those of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub first: usize,
    pub step: usize,
    pub count: usize,
    pub taps: Vec<Tap>,
    pub source_step: usize,
}

/// Which inputs each output reads, in order of the taps.
pub(crate) fn forward(axis: &WindowAxis, output: usize) -> Vec<Tap> {
    axis.inside(output).map(|tap| (tap, axis.place(output, tap))).collect()
}

/// Which outputs read each input, in order of the outputs.
pub(crate) fn backward(axis: &WindowAxis, input: usize) -> Vec<Tap> {
    let reader = |tap: usize| {
        let start = (input + axis.before).checked_sub(tap * axis.dilation)?;
        let output = start / axis.stride;
        (start % axis.stride == 0 && output < axis.output).then_some((tap, output))
    };
    (0..axis.taps).rev().filter_map(reader).collect()
}

pub(crate) fn forward_runs(axis: &WindowAxis) -> Vec<Run> {
    runs(axis.output, 1, axis.stride, |output| forward(axis, output))
}

pub(crate) fn backward_runs(axis: &WindowAxis) -> Vec<Run> {
    runs(axis.input, axis.stride, 1, |input| backward(axis, input))
}

fn runs(places: usize, step: usize, source_step: usize, taps: impl Fn(usize) -> Vec<Tap>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for start in 0..step {
        let mut is_first = true;
        for place in (start..places).step_by(step) {
            let taps = taps(place);
            let follows = |run: &Run| {
                let moved = run.taps.iter().map(|&(tap, at)| (tap, at + run.count * source_step));
                moved.eq(taps.iter().copied())
            };
            match runs.last_mut().filter(|run| !is_first && follows(run)) {
                Some(run) => run.count += 1,
                None => runs.push(Run { first: place, step, count: 1, taps, source_step }),
            }
            is_first = false;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_axis_is_one_run() {
        let axis = WindowAxis { input: 8, output: 8, taps: 3, stride: 1, dilation: 1, before: 1 };
        let middle = Run { first: 1, step: 1, count: 6, taps: vec![(0, 0), (1, 1), (2, 2)], source_step: 1 };
        let runs = forward_runs(&axis);
        assert_eq!(runs.len(), 3);
        assert_eq!(runs[1], middle);
        assert_eq!(backward_runs(&axis)[1].taps, vec![(2, 0), (1, 1), (0, 2)]);
    }

    #[test]
    fn with_strides_every_second_input_has_the_same_taps() {
        let axis = WindowAxis { input: 8, output: 4, taps: 3, stride: 2, dilation: 1, before: 0 };
        let runs = backward_runs(&axis);
        let odd = Run { first: 1, step: 2, count: 4, taps: vec![(1, 0)], source_step: 1 };
        assert!(runs.contains(&odd), "{runs:?}");
        assert_eq!(runs.iter().map(|run| run.count).sum::<usize>(), 8);
    }
}
