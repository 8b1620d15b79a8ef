use std::time::Instant;

/// Nanoseconds of each instruction of the program, as the first thread saw them: what it waits for is the instruction
/// before that it waits to be finished.
pub struct Profile {
    nanoseconds: Vec<f64>,
    last: Option<(usize, Instant)>,
}

impl Profile {
    pub fn new(instructions: usize) -> Self {
        Self { nanoseconds: vec![0.0; instructions], last: None }
    }

    pub fn begin(&mut self, instruction: usize) {
        let now = Instant::now();
        self.end_at(now);
        self.last = Some((instruction, now));
    }

    pub fn end(&mut self) {
        self.end_at(Instant::now());
    }

    pub fn into_nanoseconds(self) -> Vec<f64> {
        self.nanoseconds
    }

    fn end_at(&mut self, now: Instant) {
        if let Some((instruction, since)) = self.last.take() {
            self.nanoseconds[instruction] += (now - since).as_nanos() as f64;
        }
    }
}
