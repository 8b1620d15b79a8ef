use std::thread::available_parallelism;

/// How many threads can compute at once: cores that this process may use, not more than its quota of processor time
/// allows. Two threads of one core count once, since they share its arithmetic.
pub fn available_threads() -> usize {
    let allowed = available_parallelism().map_or(1, usize::from);
    physical_cores().map_or(allowed, |cores| cores.min(allowed)).max(1)
}

/// The widest vector instructions of this processor, for people: `"AVX-512"`.
pub fn simd_tier() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        if has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl") {
            return "AVX-512";
        }
        if has!("avx2") && has!("fma") {
            return "AVX2";
        }
        "SSE2"
    }
    #[cfg(target_arch = "aarch64")]
    {
        "NEON"
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        "no SIMD"
    }
}

#[cfg(target_os = "linux")]
fn physical_cores() -> Option<usize> {
    use std::collections::HashSet;
    use std::fs::{read_dir, read_to_string};
    let siblings: HashSet<String> = read_dir("/sys/devices/system/cpu")
        .ok()?
        .filter_map(|entry| read_to_string(entry.ok()?.path().join("topology/thread_siblings_list")).ok())
        .collect();
    (!siblings.is_empty()).then_some(siblings.len())
}

#[cfg(not(target_os = "linux"))]
fn physical_cores() -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_core() {
        let threads = available_threads();
        assert!(threads >= 1 && threads <= available_parallelism().unwrap().get());
    }
}
