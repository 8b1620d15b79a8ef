use std::time::Duration;

/// A trial lasts about this long, and at least a step.
const TRIAL: Duration = Duration::from_millis(1);
const MOST_TRIAL_STEPS: usize = 8;
/// Steps between two trials: few at first, then ever more while none finds anything better.
const FIRST_PAUSE: usize = 4;
const LONGEST_PAUSE: usize = 512;
/// How much faster another number of threads must be.
const GAIN: f64 = 0.9;

/// Finds out on how many threads a program runs fastest. More are not always better: small instructions are not worth the
/// meetings, and where others use the cores too, every meeting waits for the slowest. Results do not depend on it.
pub struct Tuning {
    /// 1, 2, 4 … and all.
    counts: Vec<usize>,
    best: usize,
    /// Nanoseconds of a step on the best number of threads, lately.
    time: f64,
    pause: usize,
    steps_to_trial: usize,
    /// Whether the next trial is with fewer threads.
    tries_fewer: bool,
}

/// How to run the next steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    index: usize,
    pub threads: usize,
    /// Steps until it has to be asked again.
    pub steps: usize,
}

impl Tuning {
    /// Begins with all threads.
    pub fn new(threads: usize) -> Self {
        let mut counts: Vec<usize> =
            std::iter::successors(Some(1), |count| Some(2 * count)).take_while(|&count| count < threads).collect();
        counts.push(threads);
        let best = counts.len() - 1;
        Self { counts, best, time: 0.0, pause: FIRST_PAUSE, steps_to_trial: FIRST_PAUSE, tries_fewer: true }
    }

    /// Every number of threads that can come up.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    pub fn choose(&self) -> Choice {
        if self.counts.len() == 1 {
            return self.choice(0, usize::MAX);
        }
        if self.steps_to_trial > 0 {
            return self.choice(self.best, self.steps_to_trial);
        }
        let other = if self.tries_fewer { self.best.checked_sub(1) } else { Some(self.best + 1) };
        let index = other.filter(|&index| index < self.counts.len()).unwrap_or(self.best);
        let steps = (TRIAL.as_nanos() as f64 / self.time.max(1.0)) as usize;
        self.choice(index, steps.clamp(1, MOST_TRIAL_STEPS))
    }

    /// Says how long so many steps took as chosen.
    pub fn record(&mut self, choice: Choice, steps: usize, duration: Duration) {
        if self.counts.len() == 1 || steps == 0 {
            return;
        }
        let time = duration.as_nanos() as f64 / steps as f64;
        if choice.index == self.best && self.steps_to_trial > 0 {
            self.time = time;
            self.steps_to_trial = self.steps_to_trial.saturating_sub(steps);
            return;
        }
        if choice.index != self.best && time < GAIN * self.time {
            // The same direction may be better still.
            (self.best, self.time, self.pause) = (choice.index, time, FIRST_PAUSE);
        } else {
            self.tries_fewer = !self.tries_fewer;
            self.pause = (2 * self.pause).min(LONGEST_PAUSE);
        }
        self.steps_to_trial = self.pause;
    }

    fn choice(&self, index: usize, steps: usize) -> Choice {
        Choice { index, threads: self.counts[index], steps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs so many steps on a machine where a step takes `time(threads)` microseconds; returns the threads it settled on
    /// and the share of steps that were trials.
    fn settle(tuning: &mut Tuning, steps: usize, time: impl Fn(usize) -> u64) -> (usize, f64) {
        let (mut done, mut trials) = (0, 0);
        while done < steps {
            let choice = tuning.choose();
            let n = choice.steps.min(steps - done);
            if choice.index != tuning.best {
                trials += n;
            }
            tuning.record(choice, n, Duration::from_micros(n as u64 * time(choice.threads)));
            done += n;
        }
        (tuning.counts[tuning.best], trials as f64 / steps as f64)
    }

    #[test]
    fn it_finds_the_fastest_number_of_threads() {
        for (threads, fastest) in [(1, 1), (2, 1), (2, 2), (6, 4), (16, 16), (16, 1)] {
            let mut tuning = Tuning::new(threads);
            let time = |count: usize| 1000 + 300 * count.abs_diff(fastest) as u64;
            let (found, trials) = settle(&mut tuning, 1000, time);
            assert_eq!(found, fastest, "of {threads}");
            assert!(trials < 0.03, "{trials}");
        }
    }

    #[test]
    fn it_follows_when_others_come_and_go() {
        let mut tuning = Tuning::new(2);
        assert_eq!(settle(&mut tuning, 500, |count| 1000 / count as u64).0, 2);
        assert_eq!(settle(&mut tuning, 1500, |count| if count == 1 { 1000 } else { 5000 }).0, 1);
        assert_eq!(settle(&mut tuning, 1500, |count| 1000 / count as u64).0, 2);
    }

    #[test]
    fn its_counts_end_with_all() {
        assert_eq!(Tuning::new(1).counts(), [1]);
        assert_eq!(Tuning::new(4).counts(), [1, 2, 4]);
        assert_eq!(Tuning::new(6).counts(), [1, 2, 4, 6]);
    }
}
