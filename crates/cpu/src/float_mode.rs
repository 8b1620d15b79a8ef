/// While it lives, this thread takes numbers below the normal range for 0, which keeps them from slowing arithmetic down.
pub struct FlushDenormals {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    before: Control,
}

#[cfg(target_arch = "x86_64")]
type Control = u32;
/// Flush to zero, denormals are zero.
#[cfg(target_arch = "x86_64")]
const FLUSH: Control = 0x8040;

#[cfg(target_arch = "aarch64")]
type Control = u64;
/// FZ: flush to zero, of inputs and results.
#[cfg(target_arch = "aarch64")]
const FLUSH: Control = 1 << 24;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
impl FlushDenormals {
    pub fn new() -> Self {
        let before = read();
        write(before | FLUSH);
        Self { before }
    }
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
impl Drop for FlushDenormals {
    fn drop(&mut self) {
        write(self.before);
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
impl FlushDenormals {
    pub fn new() -> Self {
        Self {}
    }
}

#[cfg(target_arch = "x86_64")]
fn read() -> Control {
    let mut control: Control = 0;
    // SAFETY: stores MXCSR to the address of `control`.
    unsafe { std::arch::asm!("stmxcsr [{}]", in(reg) &mut control, options(nostack, preserves_flags)) };
    control
}

#[cfg(target_arch = "x86_64")]
fn write(control: Control) {
    // SAFETY: the value is one that was read, with bits that every processor with SSE2 has.
    unsafe { std::arch::asm!("ldmxcsr [{}]", in(reg) &control, options(nostack, preserves_flags)) };
}

#[cfg(target_arch = "aarch64")]
fn read() -> Control {
    let control: Control;
    // SAFETY: reads a register.
    unsafe { std::arch::asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack, preserves_flags)) };
    control
}

#[cfg(target_arch = "aarch64")]
fn write(control: Control) {
    // SAFETY: the value is one that was read, with the bit FZ.
    unsafe { std::arch::asm!("msr fpcr, {}", in(reg) control, options(nostack, preserves_flags)) };
}

#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use super::*;
    use std::hint::black_box;

    #[test]
    fn denormals_are_flushed_while_it_lives() {
        let half_of_least = || black_box(f32::MIN_POSITIVE) * black_box(0.5);
        assert!(half_of_least() > 0.0);
        {
            let _mode = FlushDenormals::new();
            assert_eq!(half_of_least().to_bits(), 0);
        }
        assert!(half_of_least() > 0.0);
    }
}
