use capas_cpu::{Executable, Layout};
use napi::bindgen_prelude::*;
use napi::sys;
use napi_derive::napi;

use crate::device::pool;
use crate::executable::{failure, place, refusal};

/// A plan whose slots are bound for one call at a time: a kernel of tensors, which lie in arrays of JavaScript.
#[napi]
pub struct NativeKernel {
    executable: Executable,
    /// The slots of the arrays of a call, in order.
    slots: Vec<usize>,
}

#[napi]
impl NativeKernel {
    /// All of the stream is one segment. `places`: as for `NativeExecutable`.
    #[napi(constructor)]
    pub fn new(words: &[i32], places: &[f64], arena_bytes: f64, slots: &[u32]) -> Result<Self> {
        let places: Vec<_> = places.chunks_exact(2).map(place).collect();
        let segments = [Some((0, words.len()))];
        let layout = Layout { words, segments: &segments, slots: &places, arena_bytes: arena_bytes as usize };
        let executable = Executable::new(&layout, pool()).map_err(|error| failure(&error.0))?;
        Ok(Self { executable, slots: slots.iter().map(|&slot| slot as usize).collect() })
    }

    /// Writes the elements of a constant.
    #[napi]
    pub fn write_slot(&mut self, slot: u32, data: &[u8]) -> Result<()> {
        let into = self.executable.slot(slot as usize).map_err(refusal)?;
        if into.len() != data.len() {
            return Err(failure(&format!("slot {slot} has {} bytes. Received: {}", into.len(), data.len())));
        }
        into.copy_from_slice(data);
        Ok(())
    }

    /// Runs once, on an array for each slot.
    #[napi]
    pub fn run(&mut self, arrays: Vec<Bytes>) -> Result<()> {
        if arrays.len() != self.slots.len() {
            return Err(failure(&format!("{} arrays are needed. Received: {}", self.slots.len(), arrays.len())));
        }
        for (&slot, bytes) in self.slots.iter().zip(&arrays) {
            // SAFETY: JavaScript waits for us, so the arrays stay; the next call binds all slots again.
            unsafe { self.executable.bind(slot, bytes.start, bytes.length) }.map_err(refusal)?;
        }
        self.executable.run(0).map_err(refusal)
    }
}

/// The bytes of any typed array, for the time of a call.
pub struct Bytes {
    start: *mut u8,
    length: usize,
}

impl FromNapiValue for Bytes {
    unsafe fn from_napi_value(env: sys::napi_env, value: sys::napi_value) -> Result<Self> {
        let (mut kind, mut length, mut start) = (0, 0, std::ptr::null_mut());
        let [no_buffer, no_offset] = [std::ptr::null_mut(), std::ptr::null_mut()];
        // SAFETY: both come from the call of this function, and what is written to lives here.
        let status = unsafe {
            sys::napi_get_typedarray_info(env, value, &mut kind, &mut length, &mut start, no_buffer, no_offset.cast())
        };
        if status != sys::Status::napi_ok {
            return Err(failure("an argument is no typed array"));
        }
        let element_bytes = match kind {
            sys::TypedarrayType::float32_array | sys::TypedarrayType::int32_array => 4,
            _ => 1,
        };
        // An array of no bytes may lie nowhere.
        let start = if start.is_null() { std::ptr::dangling_mut() } else { start.cast() };
        Ok(Self { start, length: length * element_bytes })
    }
}
