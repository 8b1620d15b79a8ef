import { describe, expect, test } from 'vitest';
import { fingerprint64, fingerprintCat64 } from './farm-hash.ts';
import { hashBucket, saltPair } from './hash-bucket.ts';
import { sipHash64 } from './sip-hash.ts';

/** Texts of `n` letters, of all lengths at which the hash takes another way. */
const text = (n: number): string =>
  Array.from({ length: n }, (_, i) => String.fromCharCode(97 + ((i * i) % 26))).join('');

describe('FarmHash', () => {
  // made by TensorFlow: tf.strings.to_hash_bucket_fast(text, 2 ** 31 - 1)
  test.each([
    [0, 1699943623],
    [1, 493484721],
    [3, 1137550426],
    [4, 1828819437],
    [7, 1871165977],
    [8, 1694678958],
    [16, 458237524],
    [17, 1124035225],
    [32, 192924632],
    [33, 1847182695],
    [64, 1145192636],
    [65, 1512868550],
    [128, 1139334105],
    [129, 1166996300],
    [300, 2083535653],
  ])('puts a text of %i letters into bucket %i', (length, bucket) => {
    expect(hashBucket(text(length), 2 ** 31 - 1, undefined)).toBe(bucket);
  });

  test('of nothing is its second constant', () => {
    expect(fingerprint64(new Uint8Array())).toBe(0x9ae16a3b2f90404fn);
  });

  test('joins fingerprints in order', () => {
    expect(fingerprintCat64(1n, 2n)).not.toBe(fingerprintCat64(2n, 1n));
  });
});

describe('SipHash', () => {
  test('gives the value of its paper', () => {
    // appendix A: key 00 01 … 0f, message 00 01 … 0e
    const bytes = Uint8Array.from({ length: 15 }, (_, i) => i);
    expect(sipHash64(bytes, [0x0706050403020100n, 0x0f0e0d0c0b0a0908n])).toBe(0xa129ca6149be45e5n);
  });

  test('makes the bucket where there is a salt', () => {
    // tf.strings.to_hash_bucket_strong(text, 2 ** 31 - 1, key=[-5, 2 ** 40])
    expect([0, 7, 8, 65].map((n) => hashBucket(text(n), 2 ** 31 - 1, [-5, 2 ** 40]))).toEqual([
      1801872603, 2098097590, 1311279770, 406355895,
    ]);
  });
});

test('a salt is two integers, or one for both', () => {
  expect(saltPair('Hashing', 5)).toEqual([5, 5]);
  expect(saltPair('Hashing', [1, 2])).toEqual([1, 2]);
  expect(saltPair('Hashing', null)).toBeUndefined();
  expect(() => saltPair('Hashing', [1, 2, 3])).toThrow(
    'Hashing: `salt` must be an integer or two of them. Received: [1, 2, 3].',
  );
});
