/** Random numbers of a seed: a number in 0…1 by each call. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The bytes with one to eight faults in them: bits and bytes that changed, numbers at their limits, parts cut off, moved or filled. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = Uint8Array.from(bytes);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let faults = 1 + below(8); faults > 0 && result.length > 16; faults--) {
    // headers are where it matters: half of the faults are near the beginning or the end
    const near = below(Math.min(2048, result.length - 8));
    const at = [below(result.length - 8), near, below(result.length - 8), result.length - 9 - near][below(4)]!;
    const view = new DataView(result.buffer);
    const length = Math.min(result.length - at, 1 + below(64));
    [
      () => view.setUint8(at, view.getUint8(at) ^ (1 << below(8))),
      () => view.setUint8(at, below(256)),
      () => view.setUint32(at, [0, 1, 0x7fffffff, 0x80000000, 0xffffffff][below(5)]!, true),
      () => view.setBigUint64(at, [0n, 1n, 2n ** 31n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 1n][below(6)]!, true),
      () => void result.fill(below(2) * 255, at, at + length),
      () => void result.copyWithin(at, below(result.length - length), length),
      () => {
        result = result.slice(0, at);
      },
      () => {
        result = Uint8Array.from([...result.subarray(0, at), ...result.subarray(at + length)]);
      },
    ][below(8)]!();
  }
  return result;
}
