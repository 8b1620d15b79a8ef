use std::time::Duration;

/// About half a run of a trial, and at least a step of it. What is before that is not measured: threads wake, are put on cores,
/// and get what the others had in their caches.
const HALF_RUN: Duration = Duration::from_millis(2);
const MOST_HALF_STEPS: usize = 8;
/// A trial ends when this many pairs of runs have said the same: what disturbs a single run decides nothing.
const PAIRS: usize = 2;
/// Steps between two trials for each that the last one took: ever more while none finds anything better, but few enough to
/// mend a choice within a second that was made while something else used the cores.
const FIRST_PAUSE: usize = 4;
const LONGEST_PAUSE: usize = 64;
/// How much faster another number of threads must be.
const GAIN: f64 = 0.9;
/// One that is so many times slower has lost at once.
const LOSS: f64 = 1.5;

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
    trial: Trial,
    /// Whether the next trial is with fewer threads, where there are both.
    tries_fewer: bool,
}

/// Short runs on another number of threads, each followed by one on the best.
#[derive(Default)]
struct Trial {
    /// Nanoseconds of a step of the run whose pair is still to come.
    other: Option<f64>,
    steps: usize,
    /// Pairs that were for the other number, and against it.
    votes: [usize; 2],
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
        let trial = Trial::default();
        Self { counts, best, time: 0.0, pause: FIRST_PAUSE, steps_to_trial: FIRST_PAUSE, trial, tries_fewer: true }
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
        let half = ((HALF_RUN.as_nanos() as f64 / self.time.max(1.0)) as usize).min(MOST_HALF_STEPS);
        let index = if self.trial.other.is_some() { self.best } else { self.other() };
        self.choice(index, 2 * half + 1)
    }

    /// Says that so many steps were done as chosen, and how long one of them took.
    pub fn record(&mut self, choice: Choice, steps: usize, time: Duration) {
        if self.counts.len() == 1 || steps == 0 {
            return;
        }
        let time = time.as_nanos() as f64;
        if choice.index != self.best {
            self.trial.other = Some(time);
            self.trial.steps += steps;
            return;
        }
        self.time = time;
        self.steps_to_trial = self.steps_to_trial.saturating_sub(steps);
        if let Some(other) = self.trial.other.take() {
            match other / time {
                ratio if ratio < GAIN => self.trial.votes[0] += 1,
                ratio if ratio < LOSS => self.trial.votes[1] += 1,
                _ => self.trial.votes[1] = PAIRS,
            }
            self.count_votes();
        }
    }

    /// Ends the trial if it is decided.
    fn count_votes(&mut self) {
        let Trial { votes: [with, against], steps, .. } = self.trial;
        if with == PAIRS {
            // The same direction may be better still.
            self.tries_fewer = self.other() < self.best;
            (self.best, self.pause) = (self.other(), FIRST_PAUSE);
        } else if against == PAIRS {
            self.tries_fewer = !self.tries_fewer;
            self.pause = (4 * self.pause).min(LONGEST_PAUSE);
        } else {
            return;
        }
        (self.trial, self.steps_to_trial) = (Trial::default(), self.pause * steps);
    }

    /// What the trial is about.
    fn other(&self) -> usize {
        let is_fewer = self.best + 1 == self.counts.len() || (self.tries_fewer && self.best > 0);
        if is_fewer { self.best - 1 } else { self.best + 1 }
    }

    fn choice(&self, index: usize, steps: usize) -> Choice {
        Choice { index, threads: self.counts[index], steps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a machine on which a step takes `time(threads, now)` microseconds, for so many; returns the threads it settled on,
    /// and the share of steps that were on others.
    fn settle(tuning: &mut Tuning, duration: u64, time: impl Fn(usize, u64) -> u64) -> (usize, f64) {
        let (mut now, mut steps, mut trials) = (0, 0, 0);
        while now < duration {
            let choice = tuning.choose();
            let begin = now;
            let mut done = 0;
            while done < choice.steps && now < duration {
                now += time(choice.threads, now);
                done += 1;
            }
            steps += done;
            trials += if choice.index == tuning.best { 0 } else { done };
            tuning.record(choice, done, Duration::from_micros(now - begin) / done as u32);
        }
        (tuning.counts[tuning.best], trials as f64 / steps as f64)
    }

    #[test]
    fn it_finds_the_fastest_number_of_threads() {
        for (threads, fastest) in [(1, 1), (2, 1), (2, 2), (6, 4), (16, 16), (16, 1)] {
            for step in [100, 1000, 20_000] {
                let mut tuning = Tuning::new(threads);
                let time = |count: usize, _| step + step / 3 * count.abs_diff(fastest) as u64;
                assert_eq!(settle(&mut tuning, (1000 * step).max(500_000), time).0, fastest, "of {threads}");
                let (found, trials) = settle(&mut tuning, (5000 * step).max(5_000_000), time);
                assert_eq!(found, fastest, "of {threads}");
                assert!(trials < 0.02, "{trials}");
            }
        }
    }

    #[test]
    fn it_follows_when_others_come_and_go() {
        let mut tuning = Tuning::new(2);
        let alone = |count, _| 2000 / count as u64;
        assert_eq!(settle(&mut tuning, 500_000, alone).0, 2);
        assert_eq!(settle(&mut tuning, 1_500_000, |count, _| if count == 1 { 2000 } else { 5000 }).0, 1);
        assert_eq!(settle(&mut tuning, 1_500_000, alone).0, 2);
    }

    #[test]
    fn what_disturbs_the_beginning_is_forgotten_within_a_second() {
        for (single, both) in [(250, 150), (2000, 1000), (6000, 4000)] {
            for end in [1_000, 10_000, 200_000, 1_000_000] {
                let mut tuning = Tuning::new(2);
                let time = |count, now| if count == 1 { single } else { both * if now < end { 4 } else { 1 } };
                assert_eq!(settle(&mut tuning, end + 1_200_000, time).0, 2, "{single} {end}");
            }
        }
    }

    #[test]
    fn a_run_that_is_disturbed_decides_nothing() {
        for period in [7_000, 20_000, 50_000] {
            let mut tuning = Tuning::new(2);
            let time = |count: usize, now| 2000 / count as u64 + if now % period < 1000 { 3000 } else { 0 };
            for _ in 0..20 {
                assert_eq!(settle(&mut tuning, 77_000, time).0, 2, "{period}");
            }
        }
    }

    #[test]
    fn its_counts_end_with_all() {
        assert_eq!(Tuning::new(1).counts(), [1]);
        assert_eq!(Tuning::new(4).counts(), [1, 2, 4]);
        assert_eq!(Tuning::new(6).counts(), [1, 2, 4, 6]);
    }
}
