use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

/// The cache line, and the widest vector register.
pub const ALIGNMENT: usize = 64;

/// The alignment that allocators give without touching the memory, so that pages stay untouched until they are used.
const GRANTED: usize = 16;

/// Bytes of our own, all 0 at first, at an address that is a multiple of [`ALIGNMENT`].
pub struct Memory {
    block: Option<(NonNull<u8>, Layout)>,
    start: *mut u8,
}

// SAFETY: the memory belongs to this object alone.
unsafe impl Send for Memory {}
// SAFETY: it hands out its address only.
unsafe impl Sync for Memory {}

impl Memory {
    /// `None` if there is not as much.
    pub fn new(bytes: usize) -> Option<Self> {
        if bytes == 0 {
            return Some(Self { block: None, start: std::ptr::without_provenance_mut(ALIGNMENT) });
        }
        let layout = Layout::from_size_align(bytes.checked_add(ALIGNMENT)?, GRANTED).ok()?;
        // SAFETY: the size is not 0.
        let block = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        let address = block.as_ptr();
        // SAFETY: `ALIGNMENT` bytes more were allocated than asked for.
        let start = unsafe { address.add(address.align_offset(ALIGNMENT)) };
        Some(Self { block: Some((block, layout)), start })
    }

    pub fn start(&self) -> *mut u8 {
        self.start
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some((block, layout)) = self.block {
            // SAFETY: allocated by `new` with this layout.
            unsafe { dealloc(block.as_ptr(), layout) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_aligned_and_zero() {
        for bytes in [0, 1, 100, 1 << 20] {
            let memory = Memory::new(bytes).unwrap();
            assert_eq!(memory.start().addr() % ALIGNMENT, 0);
            // SAFETY: `bytes` bytes lie there.
            let content = unsafe { std::slice::from_raw_parts(memory.start(), bytes) };
            assert!(content.iter().all(|&byte| byte == 0));
        }
    }

    #[test]
    fn too_much_is_refused() {
        assert!(Memory::new(usize::MAX).is_none());
        assert!(Memory::new(isize::MAX as usize - ALIGNMENT).is_none());
    }
}
