import { expect, test } from 'vitest';
import { fillRandomBits, fillUniform, philoxBlock, shuffledIndices, type Words4 } from './philox.ts';

/** Known answers of Random123 (`kat_vectors`, philox4x32 10): counter, key, result. */
const KNOWN: [Words4, [number, number], Words4][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(KNOWN)('known answer %#', (counter, key, expected) => {
  const out: Words4 = [0, 0, 0, 0];
  philoxBlock(counter, ...key, out);
  expect(out).toEqual(expected);
});

test('word i depends on seed, counter and i alone', () => {
  const long = new Uint32Array(11);
  const short = new Uint32Array(6);
  fillRandomBits(long, 5, 9);
  fillRandomBits(short, 5, 9);
  expect([...long.subarray(0, 6)]).toEqual([...short]);
  fillRandomBits(short, 5, 10);
  expect([...long.subarray(0, 6)]).not.toEqual([...short]);
});

test('seed 0, counter 0 begins with the first known answer', () => {
  const words = new Uint32Array(4);
  fillRandomBits(words, 0, 0);
  expect([...words]).toEqual(KNOWN[0]![2]);
});

test('uniform numbers lie in [0, 1) and fill it evenly', () => {
  const values = new Float32Array(100_000);
  fillUniform(values, 3, 0);
  const bins = new Array<number>(10).fill(0);
  for (const value of values) {
    expect(value >= 0 && value < 1).toBe(true);
    bins[Math.floor(value * 10)]!++;
  }
  // standard deviation of a bin: √(100000 · 0.1 · 0.9) ≈ 95
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 95);
});

test('an order holds every index once, and each place every index equally often', () => {
  const first = new Array<number>(5).fill(0);
  for (let seed = 0; seed < 5000; seed++) {
    const order = shuffledIndices(5, seed);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
    first[order[0]!]!++;
  }
  // standard deviation: √(5000 · 0.2 · 0.8) ≈ 28
  for (const count of first) expect(Math.abs(count - 1000)).toBeLessThan(5 * 28);
});
