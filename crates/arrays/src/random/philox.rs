/// Blocks that are made side by side, four words each.
const LANES: usize = 16;

/// Words of that many blocks.
pub(crate) const WORDS: usize = 4 * LANES;

const M0: u64 = 0xd251_1f53;
const M1: u64 = 0xcd9e_8d57;
const LOW: u64 = 0xffff_ffff;
const W0: u32 = 0x9e37_79b9;
const W1: u32 = 0xbb67_ae85;

/// The words of [`LANES`] blocks from `block` on, by Philox 4×32 with 10 rounds: the key is (`seed`, 0), the counter
/// (block, 0, `counter`, 0).
///
/// See Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#[inline(always)]
pub(crate) fn fill_words(words: &mut [u32; WORDS], block: u32, seed: u32, counter: u32) {
    // words of 32 bits in lanes of 64, so that products need no other form
    let (mut c0, mut c1, mut c2, mut c3) = ([0u64; LANES], [0u64; LANES], [u64::from(counter); LANES], [0u64; LANES]);
    for (lane, number) in c0.iter_mut().enumerate() {
        *number = block.wrapping_add(lane as u32).into();
    }
    let (mut k0, mut k1) = (seed, 0u32);
    for _ in 0..10 {
        for lane in 0..LANES {
            let product0 = M0 * (c0[lane] & LOW);
            let product1 = M1 * (c2[lane] & LOW);
            c0[lane] = (product1 >> 32) ^ (c1[lane] & LOW) ^ u64::from(k0);
            c1[lane] = product1;
            c2[lane] = (product0 >> 32) ^ (c3[lane] & LOW) ^ u64::from(k1);
            c3[lane] = product0;
        }
        k0 = k0.wrapping_add(W0);
        k1 = k1.wrapping_add(W1);
    }
    for lane in 0..LANES {
        words[4 * lane] = c0[lane] as u32;
        words[4 * lane + 1] = c1[lane] as u32;
        words[4 * lane + 2] = c2[lane] as u32;
        words[4 * lane + 3] = c3[lane] as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_block_is_a_known_answer() {
        // kat_vectors of Random123, philox4x32 10
        let mut words = [0; WORDS];
        fill_words(&mut words, 0, 0, 0);
        assert_eq!(words[..4], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
    }

    #[test]
    fn a_block_depends_on_its_number_alone() {
        let (mut all, mut later) = ([0; WORDS], [0; WORDS]);
        fill_words(&mut all, 0, 5, 9);
        fill_words(&mut later, 3, 5, 9);
        assert_eq!(all[12..], later[..WORDS - 12]);
        fill_words(&mut later, 0, 5, 10);
        assert_ne!(all, later);
    }
}
