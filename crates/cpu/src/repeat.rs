use capas_runtime::{DecodeError, Reader, Rows, Slots};

use crate::memory::ALIGNMENT;

/// How often a loop runs its body, and how slots move meanwhile. Each thread moves those of its own table, so nobody waits.
pub struct Repeat {
    pub length: usize,
    /// From the last step of the sequences to the first.
    reverse: bool,
    /// The rows that have nothing to do with each other; 0 if there are none.
    pub rows: usize,
    steps: Vec<Step>,
    carries: Vec<Carry>,
    /// Where each thread does whole iterations alone: its own memory.
    pub apart: Option<Own>,
}

/// Slots that lie in memory of the thread.
pub struct Own {
    /// Slots and their offsets.
    slots: Vec<(usize, usize)>,
    bytes: usize,
}

impl Own {
    /// The bytes of a thread, up to the end of the cache line.
    pub fn bytes(&self) -> usize {
        self.bytes.next_multiple_of(ALIGNMENT)
    }

    /// Lets the slots lie in this memory.
    pub fn place(&self, memory: *mut u8, slots: &mut Slots) {
        for &(slot, offset) in &self.slots {
            slots.addresses[slot] = memory.wrapping_add(offset);
        }
    }
}

/// With fewer rows for each thread, reading the weights takes longer than multiplying with them: then all do each step together.
const LEAST_ROWS: usize = 4;

/// A slot that is at one step after the other of what lies in another slot.
struct Step {
    slot: usize,
    base: usize,
    bytes: usize,
}

/// Two slots that change places after each iteration, and where they are in the first.
struct Carry {
    current: usize,
    next: usize,
    from: usize,
    to: usize,
}

impl Repeat {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let (length, reverse, rows) = (reader.count()?, reader.count()? != 0, reader.count()?);
        let steps = (0..reader.count()?)
            .map(|_| Ok(Step { slot: reader.count()?, base: reader.count()?, bytes: reader.count()? }))
            .collect::<Result<_, _>>()?;
        let carry = |reader: &mut Reader| {
            let (current, next) = (reader.count()?, reader.count()?);
            Ok(Carry { current, next, from: reader.count()?, to: reader.count()? })
        };
        let carries = (0..reader.count()?).map(|_| carry(reader)).collect::<Result<_, _>>()?;
        let is_apart = reader.count()? != 0;
        let own = (0..reader.count()?).map(|_| Ok((reader.count()?, reader.count()?))).collect::<Result<_, _>>()?;
        let own = Own { slots: own, bytes: reader.count()? };
        Ok(Self { length, reverse, rows, steps, carries, apart: is_apart.then_some(own) })
    }

    /// The rows of a thread, where threads do some each.
    pub fn rows_of(&self, id: usize, threads: usize) -> Option<Rows> {
        let has_enough = threads > 1 && self.rows >= LEAST_ROWS * threads;
        has_enough.then(|| Rows { own: self.rows * id / threads..self.rows * (id + 1) / threads, count: self.rows })
    }

    /// Before the first iteration.
    pub fn enter(&self, slots: &mut Slots) {
        for &Carry { current, next, from, to } in &self.carries {
            slots.addresses[current] = slots.addresses[from];
            slots.addresses[next] = slots.addresses[to];
        }
    }

    /// Before each iteration.
    pub fn begin(&self, iteration: usize, slots: &mut Slots) {
        let place = if self.reverse { self.length - 1 - iteration } else { iteration };
        for &Step { slot, base, bytes } in &self.steps {
            slots.addresses[slot] = slots.addresses[base].wrapping_add(place * bytes);
        }
    }

    /// After each iteration. A carry that is a step of what the loop gives is read there next time.
    pub fn end(&self, slots: &mut Slots) {
        for &Carry { current, next, .. } in &self.carries {
            slots.addresses.swap(current, next);
        }
    }
}
