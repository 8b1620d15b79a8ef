use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::memory::{Width, output};

/// The same value everywhere.
pub struct Fill {
    width: Width,
    count: usize,
    bits: i32,
    slot: usize,
}

impl Fill {
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Ok(Self {
            width: Width::of_bytes(reader.count()?)?,
            count: reader.count()?,
            bits: reader.int()?,
            slot: reader.count()?,
        })
    }
}

impl Op for Fill {
    fn run(&self, worker: &Worker) {
        let share = worker.share(self.count, 64);
        // SAFETY: shares are disjoint
        match self.width {
            Width::Byte => unsafe { output::<u8>(worker, self.slot, share) }.fill(self.bits as u8),
            Width::Word => unsafe { output::<i32>(worker, self.slot, share) }.fill(self.bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{as_bytes, bytes, decode, floats, run_all};

    #[test]
    fn words_and_bytes() {
        for count in [0, 1, 63, 64, 65, 1000] {
            let op = decode(&[4, count, 1.5f32.to_bits() as i32, 0], Fill::decode);
            let slots = run_all(&op, &[floats(&vec![0.0; count as usize])]);
            assert_eq!(slots[0], floats(&vec![1.5; count as usize]));
            let op = decode(&[1, count, 200, 0], Fill::decode);
            let slots = run_all(&op, &[bytes(&vec![7; count as usize])]);
            assert_eq!(as_bytes(&slots[0], count as usize), vec![200; count as usize]);
        }
    }

    #[test]
    fn elements_of_two_bytes_are_refused() {
        assert!(Fill::decode(&mut Reader::new(&[2, 1, 0, 0])).is_err());
    }
}
