/**
 * Philox 4×32 with 10 rounds: a counter-based generator. Each block of four 32-bit words is a pure function of a key
 * and a counter, so any element of a random tensor can be made on its own, on any device, with the same bits.
 *
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011; known answers of Random123 in the test.
 */
export function philoxBlock(counter: Readonly<Words4>, key0: number, key1: number, out: Words4): void {
  let [c0, c1, c2, c3] = counter;
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(M0, c0);
    const high1 = multiplyHigh(M1, c2);
    const low0 = Math.imul(M0, c0) >>> 0;
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Four unsigned 32-bit words. */
export type Words4 = [number, number, number, number];

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** The upper 32 bits of a 64-bit product of unsigned words, by 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  // middle ≤ 2^32 − 2^16, so `/ 65536` is exact where `>>>` would cut it to 32 bits
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/**
 * Fills `out` with random words. Word `i` depends only on `seed`, `counter` and `i`.
 *
 * The key is (`seed`, 0); the counter block is (⌊i / 4⌋, 0, `counter`, 0). Every backend must use the same layout.
 */
export function fillRandomBits(out: Uint32Array, seed: number, counter: number): void {
  const words: Words4 = [0, 0, 0, 0];
  for (let i = 0, block = 0; i < out.length; i += 4, block++) {
    philoxBlock([block, 0, counter >>> 0, 0], seed, 0, words);
    for (let j = 0; j < 4 && i + j < out.length; j++) out[i + j] = words[j]!;
  }
}

/** Fills `out` with uniform float32 values in [0, 1): the upper 24 bits of each word, so every value is exact. */
export function fillUniform(out: Float32Array, seed: number, counter: number): void {
  const bits = new Uint32Array(out.length);
  fillRandomBits(bits, seed, counter);
  for (let i = 0; i < out.length; i++) out[i] = (bits[i]! >>> 8) * 2 ** -24;
}

/** 0 … count − 1 in an order drawn from `seed` and `counter` (Fisher–Yates), the same on every machine. */
export function shuffledIndices(count: number, seed: number, counter = 0): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const bits = new Uint32Array(count);
  fillRandomBits(bits, seed, counter);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((bits[i]! / 4294967296) * (i + 1));
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
