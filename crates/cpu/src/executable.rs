use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use capas_runtime::{Barrier, DecodeError, Slots};

use crate::decode::decode;
use crate::memory::Memory;
use crate::pool::Pool;
use crate::profile::Profile;
use crate::tuning::Tuning;
use crate::walk::{Instruction, RunError, Walk, Work};

/// What of a plan the executor needs.
pub struct Layout<'a> {
    pub words: &'a [i32],
    /// From where to where each segment reaches in `words`; `None` for those of the host.
    pub segments: &'a [Option<(usize, usize)>],
    pub slots: &'a [Place],
    pub arena_bytes: usize,
}

/// Where a slot lies, and how many bytes.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// In the arena; `None` if it is bound before the run.
    pub offset: Option<usize>,
    pub bytes: usize,
}

/// A plan that is ready to run.
pub struct Executable {
    segments: Vec<Option<Vec<Instruction>>>,
    slots: Slots,
    places: Vec<Place>,
    /// Freed with the executable: slots point into it.
    _arena: Memory,
    scratch: Memory,
    pool: Arc<Pool>,
    tuning: Tuning,
    profile: Option<Profile>,
}

impl Executable {
    /// Decodes the stream and allocates the arena.
    pub fn new(layout: &Layout, pool: Arc<Pool>) -> Result<Self, DecodeError> {
        let instructions = |&(from, to): &(usize, usize)| {
            let words = layout.words.get(from..to);
            decode(words.ok_or_else(|| DecodeError(format!("the segment {from}..{to} is not in the stream")))?)
        };
        let segments = layout
            .segments
            .iter()
            .map(|segment| segment.as_ref().map(instructions).transpose())
            .collect::<Result<_, _>>()?;
        Self::of_instructions(segments, layout.slots, layout.arena_bytes, pool)
    }

    pub(crate) fn of_instructions(
        mut segments: Vec<Option<Vec<Instruction>>>,
        places: &[Place],
        arena_bytes: usize,
        pool: Arc<Pool>,
    ) -> Result<Self, DecodeError> {
        let threads = pool.threads();
        segments
            .iter_mut()
            .flatten()
            .for_each(|instructions| part_scratch(instructions, threads, &mut Users::default()));
        let tuning = Tuning::new(threads);
        let scratch_bytes = segments
            .iter()
            .flatten()
            .flatten()
            .flat_map(|instruction| tuning.counts().iter().map(|&count| instruction.scratch_bytes(count)))
            .max();
        let allocate = |bytes: usize| {
            Memory::new(bytes).ok_or_else(|| DecodeError(format!("there is no memory for {bytes} bytes more")))
        };
        let (arena, scratch) = (allocate(arena_bytes)?, allocate(scratch_bytes.unwrap_or(0))?);
        let address = |(slot, place): (usize, &Place)| match place.offset {
            None => Ok(std::ptr::null_mut()),
            Some(offset) if offset.checked_add(place.bytes).is_some_and(|end| end <= arena_bytes) => {
                Ok(arena.start().wrapping_add(offset))
            }
            Some(_) => Err(DecodeError(format!("slot {slot} reaches beyond the arena"))),
        };
        let addresses = places.iter().enumerate().map(address).collect::<Result<_, _>>()?;
        Ok(Self {
            segments,
            slots: Slots { addresses },
            places: places.to_vec(),
            _arena: arena,
            scratch,
            pool,
            tuning,
            profile: None,
        })
    }

    /// Says where a slot lies that is not in the arena.
    ///
    /// # Safety
    /// `bytes` bytes from `address` on must stay there, and be nobody else's during a run, until the slot is bound again.
    pub unsafe fn bind(&mut self, slot: usize, address: *mut u8, bytes: usize) -> Result<(), RunError> {
        let place = self.place(slot)?;
        if place.offset.is_some() {
            return Err(error(format!("slot {slot} lies in the arena and cannot be bound")));
        }
        if bytes < place.bytes {
            return Err(error(format!("slot {slot} needs {} bytes. Received: {bytes}", place.bytes)));
        }
        self.slots.addresses[slot] = address;
        Ok(())
    }

    /// The bytes of a slot.
    pub fn slot(&mut self, slot: usize) -> Result<&mut [u8], RunError> {
        let bytes = self.place(slot)?.bytes;
        let address = self.slots.addresses[slot];
        if address.is_null() {
            return Err(error(format!("slot {slot} is not bound")));
        }
        // SAFETY: that many bytes lie there: in the arena, or as `bind` was promised.
        Ok(unsafe { std::slice::from_raw_parts_mut(address, bytes) })
    }

    /// Runs a segment once.
    pub fn run(&mut self, segment: usize) -> Result<(), RunError> {
        self.require_bound()?;
        self.walk(segment, 1, &|| false).map(|_| ())
    }

    /// Runs the only segment `steps` times, or until `stop` is set; returns how many steps were done.
    ///
    /// Another run that waits for the pool gets it between two steps.
    pub fn run_many(&mut self, steps: usize, stop: &AtomicBool) -> Result<usize, RunError> {
        if self.segments.len() != 1 {
            return Err(error("only a program without instructions of the host can run many steps by itself".into()));
        }
        self.require_bound()?;
        let pool = Arc::clone(&self.pool);
        let mut done = 0;
        while done < steps && !stop.load(Ordering::Relaxed) {
            done += self.walk(0, steps - done, &|| stop.load(Ordering::Relaxed) || pool.is_wanted())?;
        }
        Ok(done)
    }

    /// Starts to measure anew, or ends; returns the nanoseconds of each instruction of the program since the last start.
    pub fn profile(&mut self, on: bool) -> Vec<f64> {
        let mut instructions = 0;
        let count = &mut |each: &Instruction| instructions = instructions.max(each.index + 1);
        self.segments.iter().flatten().flatten().for_each(|each| each.visit(count));
        let next = on.then(|| Profile::new(instructions));
        std::mem::replace(&mut self.profile, next).map_or_else(Vec::new, Profile::into_nanoseconds)
    }

    fn walk(
        &mut self,
        segment: usize,
        most_steps: usize,
        should_end: &(dyn Fn() -> bool + Sync),
    ) -> Result<usize, RunError> {
        let Some(Some(instructions)) = self.segments.get(segment) else {
            return Err(error(format!("segment {segment} is not one of the stream")));
        };
        let is_shared = instructions.iter().any(|instruction| !instruction.serial);
        let choice = is_shared.then(|| self.tuning.choose());
        let (threads, steps) = choice.map_or((1, most_steps), |choice| (choice.threads, choice.steps.min(most_steps)));
        let barrier = Barrier::new(threads);
        let team = (&barrier, threads);
        let (steps_done, half) = (AtomicUsize::new(0), OnceLock::new());
        let should_end = || {
            if steps_done.fetch_add(1, Ordering::Relaxed) + 1 == steps / 2 {
                half.get_or_init(Instant::now);
            }
            should_end()
        };
        let walk = Walk::new(instructions, &self.slots, self.scratch.start(), team, steps, &should_end);
        let mut start = Instant::now();
        if threads == 1 {
            walk.run(0, self.profile.as_mut());
        } else {
            // For the first thread alone. The time until its turn is not that of the program.
            let first = Mutex::new((&mut start, self.profile.as_mut()));
            self.pool.run(threads, &|id| {
                if id > 0 {
                    return walk.run(id, None);
                }
                let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
                *first.0 = Instant::now();
                walk.run(id, first.1.as_deref_mut());
            });
        }
        let done = walk.result().inspect_err(|_| instructions.iter().for_each(Instruction::reset))?;
        if let Some(choice) = choice {
            let (start, skipped) = match half.into_inner() {
                Some(half) if done > steps / 2 => (half, steps / 2),
                _ => (start, 0),
            };
            let steps = done.saturating_sub(skipped).max(1);
            self.tuning.record(choice, done, start.elapsed().div_f64(steps as f64));
        }
        Ok(done)
    }

    fn place(&self, slot: usize) -> Result<Place, RunError> {
        self.places.get(slot).copied().ok_or_else(|| error(format!("there is no slot {slot}")))
    }

    fn require_bound(&self) -> Result<(), RunError> {
        match self.slots.addresses.iter().position(|address| address.is_null()) {
            Some(slot) => Err(error(format!("slot {slot} is not bound"))),
            None => Ok(()),
        }
    }
}

/// Who has used scratch memory since the last barrier.
#[derive(Default)]
struct Users {
    team: bool,
    first: bool,
}

/// Adds the barriers that scratch memory needs: no thread may begin to use it while another one is still at an
/// instruction before that uses it too. The barriers of the plan are about slots only.
fn part_scratch(instructions: &mut [Instruction], threads: usize, users: &mut Users) {
    for instruction in instructions {
        let is_shared_loop = match &instruction.work {
            Work::Loop(repeat, _) => !instruction.serial && repeat.apart.is_none(),
            Work::Op(_) => false,
        };
        // of which all threads may do some rows
        let is_by_rows = matches!(&instruction.work, Work::Loop(repeat, _) if repeat.rows > 0);
        let is_used = (!is_shared_loop || is_by_rows) && instruction.scratch_bytes(threads) > 0;
        if is_used && (users.team || (users.first && !instruction.serial)) {
            instruction.barrier = true;
        }
        if instruction.barrier {
            *users = Users::default();
        }
        users.team |= is_used && !instruction.serial;
        users.first |= is_used && instruction.serial;
        if is_shared_loop && let Work::Loop(_, body) = &mut instruction.work {
            // twice: what it ends with comes before what it begins with
            part_scratch(body, threads, users);
            part_scratch(body, threads, users);
        }
    }
}

fn error(message: String) -> RunError {
    RunError { instruction: None, message }
}

#[cfg(test)]
mod tests;
