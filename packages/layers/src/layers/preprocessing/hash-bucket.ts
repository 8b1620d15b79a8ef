import { ArgumentError } from '@capas/core';
import { fingerprint64 } from './farm-hash.ts';
import { sipHash64 } from './sip-hash.ts';

/** Chooses another hash: two integers, or one that stands for both. */
export type Salt = number | readonly number[];

const encoder = new TextEncoder();

/**
 * The bucket of a text, from 0 to `buckets − 1`: its FarmHash modulo `buckets`, or with a salt its SipHash under that key.
 * Python Keras puts the same text into the same bucket.
 */
export function hashBucket(text: string, buckets: number, salt: readonly number[] | undefined): number {
  const bytes = encoder.encode(text);
  const hash = salt ? sipHash64(bytes, [BigInt(salt[0]!), BigInt(salt[1]!)]) : fingerprint64(bytes);
  return Number(hash % BigInt(buckets));
}

/** A salt as two integers; `undefined` where there is none. */
export function saltPair(who: string, salt: Salt | null | undefined): readonly number[] | undefined {
  if (salt === null || salt === undefined) return undefined;
  const pair = typeof salt === 'number' ? [salt, salt] : salt;
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(Number.isSafeInteger))
    throw new ArgumentError(who, 'salt', 'an integer or two of them', salt);
  return pair;
}
