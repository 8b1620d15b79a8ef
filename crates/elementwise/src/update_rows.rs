//! What an optimizer does with the gradient of an embedding, without this gradient.

use capas_runtime::{DecodeError, Op, Reader, Worker};

use crate::code::error;
use crate::map::{GRAIN, Map};
use crate::tier::{Tier, per_tier};

/// `outputs = expressions(sums, inputs)` for each element of `[size, inner]`, where row `r` of a sum has the rows of its values
/// `[count / repeat, inner]` whose ids are `r`: `Σ values[j / repeat]` over all `j` with `ids[j] = r`, in order. Ids outside are
/// left out.
///
/// Of a chunk in which no row has an id, all sums are the same zeros.
pub struct UpdateRows {
    count: usize,
    repeat: usize,
    inner: usize,
    size: usize,
    ids: usize,
    values: Vec<usize>,
    map: Map,
    sum: Kernel,
}

type Kernel = unsafe fn(links: &Links, head: u32, values: &[f32], columns: Columns, sum: &mut [f32]);

/// The ids of a row as a list: each link is the number of an id plus 1, or 0 at the end.
struct Links<'a> {
    next: &'a [u32],
    repeat: usize,
}

/// A part of all rows.
#[derive(Clone, Copy)]
struct Columns {
    inner: usize,
    from: usize,
}

impl UpdateRows {
    /// Reads `count, repeat, inner, size, idsSlot, nSums, nSums × [valuesSlot]`, then as [`Map`] does, with two strides.
    ///
    /// # Errors
    /// The instruction is malformed.
    pub fn decode(reader: &mut Reader) -> Result<Self, DecodeError> {
        Self::decode_for(reader, Tier::best())
    }

    /// As [`UpdateRows::decode`], for a tier that the machine has.
    ///
    /// # Errors
    /// The instruction is malformed.
    pub fn decode_for(reader: &mut Reader, tier: Tier) -> Result<Self, DecodeError> {
        let (count, repeat) = (reader.count()?, reader.count()?);
        if repeat == 0 || count % repeat != 0 || u32::try_from(count).is_err() {
            return Err(error(format!("{count} ids for rows of values that stand for {repeat}")));
        }
        let (inner, size, ids, sums) = (reader.count()?, reader.count()?, reader.count()?, reader.count()?);
        let values = reader.counts(sums)?;
        let map = Map::decode_over(reader, &[size, inner], sums, tier)?;
        let sum = if repeat == 1 { sum_of::<Single>(tier) } else { sum_of::<Repeated>(tier) };
        Ok(Self { count, repeat, inner, size, ids, values, map, sum })
    }

    /// How the scratch memory of a thread is used, in words.
    fn layout(&self, threads: usize) -> Layout {
        let line = |words: usize| words.next_multiple_of(16);
        let grains = 2 * GRAIN.div_ceil(self.inner.max(1));
        let rows = self.size.min(self.size.div_ceil(threads) + grains + 2);
        let next = line(rows);
        let zeros = next + line(self.count);
        let sums = zeros + self.map.chunk();
        Layout { next, zeros, sums, end: sums + self.values.len() * self.map.chunk() }
    }
}

/// Where the parts begin: the first links of rows, the links after each id, zeros, sums.
struct Layout {
    next: usize,
    zeros: usize,
    sums: usize,
    end: usize,
}

impl Op for UpdateRows {
    fn scratch_bytes(&self, threads: usize) -> usize {
        4 * threads * self.layout(threads).end
    }

    fn run(&self, worker: &Worker) {
        let (share, inner, chunk) = (self.map.share(worker), self.inner, self.map.chunk());
        if share.is_empty() {
            return;
        }
        let layout = self.layout(worker.count);
        let rows = share.start / inner..(share.end - 1) / inner + 1;
        // SAFETY: each thread has so much scratch memory, which its parts share; nobody writes ids and values meanwhile
        let (heads, next, zeros, sums, ids) = unsafe {
            let scratch = worker.scratch::<u32>().add(worker.id * layout.end);
            let words = |from: usize, count: usize| std::slice::from_raw_parts_mut(scratch.add(from), count);
            (
                words(0, rows.len()),
                words(layout.next, self.count),
                words(layout.zeros, chunk),
                scratch.add(layout.sums).cast::<f32>(),
                slice_of::<i32>(worker, self.ids, self.count),
            )
        };
        heads.fill(0);
        zeros.fill(0);
        for (j, &id) in ids.iter().enumerate().rev() {
            let Some(row) = usize::try_from(id).ok().filter(|row| rows.contains(row)) else { continue };
            let head = &mut heads[row - rows.start];
            next[j] = *head;
            *head = j as u32 + 1;
        }
        let (heads, links) = (&*heads, Links { next, repeat: self.repeat });
        self.map.run_with(worker, |feed, start, n| {
            let touched = start / inner..(start + n - 1) / inner + 1;
            let heads = &heads[touched.start - rows.start..touched.end - rows.start];
            if heads.iter().all(|&head| head == 0) {
                (0..self.values.len()).for_each(|k| feed.place(k, zeros.as_mut_ptr()));
                return;
            }
            for (k, &slot) in self.values.iter().enumerate() {
                // SAFETY: the scratch memory has room for the chunk, and nobody writes the values
                let (sums, values) = unsafe {
                    let sums = std::slice::from_raw_parts_mut(sums.add(k * chunk), n);
                    (sums, slice_of::<f32>(worker, slot, self.count / self.repeat * inner))
                };
                feed.place(k, sums.as_mut_ptr().cast());
                let mut rest = sums;
                let mut from = start % inner;
                for &head in heads {
                    let length = rest.len().min(inner - from);
                    let (sum, after) = rest.split_at_mut(length);
                    if head == 0 {
                        sum.fill(0.0);
                    } else {
                        // SAFETY: the machine has the tier
                        unsafe { (self.sum)(&links, head, values, Columns { inner, from }, sum) };
                    }
                    (rest, from) = (after, 0);
                }
            }
        });
    }
}

/// The elements of a slot, to read.
///
/// # Safety
/// The slot has so many, and nobody writes to them while they are used.
unsafe fn slice_of<'a, T>(worker: &Worker<'a>, slot: usize, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: as the caller says
    unsafe { std::slice::from_raw_parts(worker.slot(slot), count) }
}

/// Which row of the values an id has.
trait Source {
    fn row(id: usize, repeat: usize) -> usize;
}

struct Single;
struct Repeated;

impl Source for Single {
    #[inline(always)]
    fn row(id: usize, _: usize) -> usize {
        id
    }
}

impl Source for Repeated {
    #[inline(always)]
    fn row(id: usize, repeat: usize) -> usize {
        // a division of 32 bits is faster
        (id as u32 / repeat as u32) as usize
    }
}

per_tier!(
    sum_of<S: Source>, sum_loop,
    fn(links: &Links, head: u32, values: &[f32], columns: Columns, sum: &mut [f32])
);

#[inline(always)]
fn sum_loop<S: Source, const FMA: bool>(
    links: &Links,
    head: u32,
    values: &[f32],
    Columns { inner, mut from }: Columns,
    mut sum: &mut [f32],
) {
    while !sum.is_empty() {
        let done = match sum.len() {
            64.. => sum_columns::<S, 64>(links, head, values, Columns { inner, from }, sum),
            16.. => sum_columns::<S, 16>(links, head, values, Columns { inner, from }, sum),
            _ => sum_columns::<S, 1>(links, head, values, Columns { inner, from }, sum),
        };
        sum = &mut sum[done..];
        from += done;
    }
}

/// Adds up as many columns as stay in registers.
#[inline(always)]
fn sum_columns<S: Source, const N: usize>(
    links: &Links,
    mut head: u32,
    values: &[f32],
    Columns { inner, from }: Columns,
    sum: &mut [f32],
) -> usize {
    let mut total = [0.0; N];
    while head != 0 {
        let id = head as usize - 1;
        let at = S::row(id, links.repeat) * inner + from;
        let row = &values[at..at + N];
        for lane in 0..N {
            total[lane] += row[lane];
        }
        head = links.next[id];
    }
    sum[..N].copy_from_slice(&total);
    N
}
