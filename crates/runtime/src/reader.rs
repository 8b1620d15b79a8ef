use std::fmt;

/// Why a stream cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(pub String);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

/// Reads the words of one instruction from left to right.
pub struct Reader<'a> {
    words: &'a [i32],
    at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(words: &'a [i32]) -> Self {
        Self { words, at: 0 }
    }

    pub fn int(&mut self) -> Result<i32, DecodeError> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        word.ok_or_else(|| DecodeError("the instruction ends too early".into()))
    }

    /// A count, size, slot or register: never negative.
    pub fn count(&mut self) -> Result<usize, DecodeError> {
        let word = self.int()?;
        usize::try_from(word).map_err(|_| DecodeError(format!("expected a count, received {word}")))
    }

    pub fn float(&mut self) -> Result<f32, DecodeError> {
        Ok(f32::from_bits(self.int()? as u32))
    }

    pub fn counts(&mut self, n: usize) -> Result<Vec<usize>, DecodeError> {
        (0..n).map(|_| self.count()).collect()
    }

    pub fn ints(&mut self, n: usize) -> Result<Vec<i32>, DecodeError> {
        (0..n).map(|_| self.int()).collect()
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.words.len()
    }
}
