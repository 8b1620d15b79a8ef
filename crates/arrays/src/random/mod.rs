mod normal;
mod philox;

use capas_runtime::codes::{
    DISTRIBUTION_BITS, DISTRIBUTION_NORMAL, DISTRIBUTION_TRUNCATED_NORMAL, DISTRIBUTION_UNIFORM,
};
use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{input, output};
use crate::tier::{Tier, for_each_tier};
use philox::{WORDS, fill_words};

/// Random numbers from a state `[seed, counter]`: element `i` depends on the state and `i` alone. The same bits as those of
/// `random-kernel.ts`.
pub struct Random {
    distribution: Distribution,
    count: usize,
    state: usize,
    out: usize,
    tier: Tier,
}

#[derive(Debug, Clone, Copy)]
enum Distribution {
    Uniform,
    Normal,
    TruncatedNormal,
    Bits,
}

impl Random {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        let distribution = match reader.int()? {
            DISTRIBUTION_UNIFORM => Distribution::Uniform,
            DISTRIBUTION_NORMAL => Distribution::Normal,
            DISTRIBUTION_TRUNCATED_NORMAL => Distribution::TruncatedNormal,
            DISTRIBUTION_BITS => Distribution::Bits,
            other => return Err(DecodeError(format!("there is no distribution {other}"))),
        };
        Ok(Self {
            distribution,
            count: reader.count()?,
            state: reader.count()?,
            out: reader.count()?,
            tier: Tier::detect(),
        })
    }
}

impl Op for Random {
    fn run(&self, worker: &Worker) {
        let share = worker.share(self.count, WORDS);
        // SAFETY: nobody writes the state during this instruction; shares are disjoint
        let state = unsafe { input::<i32>(worker, self.state, 2) };
        let first = (share.start / 4) as u32;
        let out = unsafe { output::<f32>(worker, self.out, share) };
        let (seed, counter) = (state[0] as u32, state[1] as u32);
        match self.distribution {
            Distribution::Uniform => fill(self.tier, Uniform, first, seed, counter, out),
            Distribution::Bits => fill(self.tier, Bits, first, seed, counter, out),
            Distribution::Normal => fill(self.tier, Normal { is_truncated: false }, first, seed, counter, out),
            Distribution::TruncatedNormal => fill(self.tier, Normal { is_truncated: true }, first, seed, counter, out),
        }
    }
}

for_each_tier! {
    /// Fills `out` from the block of words `first` on.
    fn fill<D: Draw>(draw: D, first: u32, seed: u32, counter: u32, out: &mut [f32]) {
        let mut words = [0; WORDS];
        let (wholes, rest) = out.as_chunks_mut::<WORDS>();
        let mut block = first;
        for whole in wholes {
            fill_words(&mut words, block, seed, counter);
            *whole = draw.values(&words);
            block = block.wrapping_add(WORDS as u32 / 4);
        }
        if !rest.is_empty() {
            fill_words(&mut words, block, seed, counter);
            rest.copy_from_slice(&draw.values(&words)[..rest.len()]);
        }
    }
}

/// Random words as elements.
trait Draw {
    fn values(&self, words: &[u32; WORDS]) -> [f32; WORDS];
}

struct Uniform;

impl Draw for Uniform {
    /// In [0, 1): the upper 24 bits, so every value is exact.
    #[inline(always)]
    fn values(&self, words: &[u32; WORDS]) -> [f32; WORDS] {
        let mut values = [0.0; WORDS];
        for i in 0..WORDS {
            values[i] = (words[i] >> 8) as i32 as f32 * (1.0 / 16_777_216.0);
        }
        values
    }
}

struct Bits;

impl Draw for Bits {
    #[inline(always)]
    fn values(&self, words: &[u32; WORDS]) -> [f32; WORDS] {
        let mut values = [0.0; WORDS];
        for i in 0..WORDS {
            values[i] = f32::from_bits(words[i]);
        }
        values
    }
}

struct Normal {
    is_truncated: bool,
}

impl Draw for Normal {
    #[inline(always)]
    fn values(&self, words: &[u32; WORDS]) -> [f32; WORDS] {
        normal::normal(words, self.is_truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, ints, run_all};

    /// FNV-1a over words.
    fn hash(words: &[u32]) -> u32 {
        words.iter().fold(0x811c_9dc5, |hash, word| (hash ^ word).wrapping_mul(0x0100_0193))
    }

    fn draw(tier: Tier, distribution: i32, count: usize, state: [i32; 2]) -> Vec<u32> {
        let op = Random { tier, ..decode(&[distribution, count as i32, 0, 1], Random::decode) };
        run_all(&op, &[ints(&state), vec![0; count]]).remove(1)
    }

    /// The first six words and the hash of 1003 that `fillRandom` of the reference draws from seed -7 and counter 12345.
    const EXPECTED: [(i32, [u32; 6], u32); 4] = [
        (DISTRIBUTION_UNIFORM, [0x3d85dee0, 0x3e6ba3c8, 0x3f2aaf05, 0x3de859e8, 0x3f0000c8, 0x3f321427], 0x40246350),
        (DISTRIBUTION_NORMAL, [0xbfc16f93, 0xbf3d0bd3, 0x3edca03f, 0xbf9aabd3, 0x37fbb544, 0x3f03083b], 0xd9af90f1),
        (
            DISTRIBUTION_TRUNCATED_NORMAL,
            [0xbfaf8665, 0xbf32d85a, 0x3ed1fd48, 0xbf8f8cd1, 0x37f0415b, 0x3ef92000],
            0xe1f7642a,
        ),
        (DISTRIBUTION_BITS, [0x10bbdc59, 0x3ae8f20f, 0xaaaf05ac, 0x1d0b3d5a, 0x8000c8d5, 0xb2142767], 0x1cfe5327),
    ];

    #[test]
    fn the_bits_of_the_reference() {
        for tier in Tier::available() {
            for (distribution, first, all) in EXPECTED {
                let words = draw(tier, distribution, 1003, [-7, 12345]);
                assert_eq!(words[..6], first);
                assert_eq!(hash(&words), all, "{distribution} {tier:?}");
            }
        }
    }

    #[test]
    fn the_tails_of_the_reference() {
        // 200 000 of `fillRandom` from seed 3 and counter 4, up to 4.87
        for tier in Tier::available() {
            assert_eq!(hash(&draw(tier, DISTRIBUTION_NORMAL, 200_000, [3, 4])), 0xcbe9_3ac2);
            assert_eq!(hash(&draw(tier, DISTRIBUTION_TRUNCATED_NORMAL, 200_000, [3, 4])), 0x66f2_7a7d);
        }
    }

    #[test]
    fn fewer_are_the_first_of_more() {
        let all = draw(Tier::detect(), DISTRIBUTION_BITS, 500, [1, 2]);
        for count in [0, 1, 3, 63, 64, 65, 257] {
            assert_eq!(draw(Tier::detect(), DISTRIBUTION_BITS, count, [1, 2]), all[..count]);
        }
    }

    #[test]
    fn other_distributions_are_refused() {
        assert!(Random::decode(&mut Reader::new(&[4, 1, 0, 1])).is_err());
    }
}
