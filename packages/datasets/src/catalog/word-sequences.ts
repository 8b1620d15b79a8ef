import { ArgumentError, HostArray, requireInteger, requirePositiveInteger } from '@capas/core';
import type { DownloadOptions } from '../cache/get-file.ts';

/** Options of the data sets of texts, with Keras's names and defaults. */
export interface WordOptions extends DownloadOptions {
  /** Words of this rank and beyond become `oovChar`: `numWords: 10000` leaves values below 10,000. Default: all words. */
  readonly numWords?: number | null;
  /** Values below this (the most frequent words) become `oovChar`. Default: 0. */
  readonly skipTop?: number;
  /** Only sequences shorter than this are kept. Default: all. */
  readonly maxlen?: number | null;
  /** Seed of the order. Default: 113, which gives Keras's order row for row. */
  readonly seed?: number;
  /** Put in front of each sequence. Default: 1; `null`: nothing. */
  readonly startChar?: number | null;
  /** Stands for words that are left out. Default: 2; `null`: they are dropped. */
  readonly oovChar?: number | null;
  /** Added to each word's rank, which starts at 1. Default: 3. */
  readonly indexFrom?: number;
}

/** Texts as sequences of word numbers, of different lengths: see `padSequences`. */
export type WordSequences = readonly Int32Array[];

/** Sequences with one label each. */
export interface LabelledSequences {
  readonly x: readonly Int32Array[];
  readonly y: readonly number[];
}

/** {@link WordOptions} with their defaults in place. */
export interface WordSettings {
  readonly numWords: number | null;
  readonly skipTop: number;
  readonly maxlen: number | null;
  readonly seed: number;
  readonly startChar: number | null;
  readonly oovChar: number | null;
  readonly indexFrom: number;
}

/** The seeds that NumPy's legacy generator takes. */
const SEED_RANGE = 'an integer from 0 to 4294967295';

/** Fills in the defaults. @throws ArgumentError naming the option that cannot be used */
export function wordSettings(who: string, options: WordOptions): WordSettings {
  const { numWords = null, skipTop = 0, maxlen = null, seed = 113 } = options;
  const { startChar = 1, oovChar = 2, indexFrom = 3 } = options;
  if (numWords !== null) requirePositiveInteger(who, 'numWords', numWords);
  if (maxlen !== null) requirePositiveInteger(who, 'maxlen', maxlen);
  requireInteger(who, 'skipTop', skipTop, 0);
  if (requireInteger(who, 'seed', seed, 0, SEED_RANGE) >= 2 ** 32)
    throw new ArgumentError(who, 'seed', SEED_RANGE, seed);
  requireInteger(who, 'indexFrom', indexFrom, 0);
  if (startChar !== null) requireInteger(who, 'startChar', startChar, 0);
  if (oovChar !== null) requireInteger(who, 'oovChar', oovChar, 0);
  return { numWords, skipTop, maxlen, seed, startChar, oovChar, indexFrom };
}

/** Puts stored rows in the given order, moves their ranks by `indexFrom`, starts them with `startChar`, drops long ones. */
export function orderRows(
  who: string,
  rows: readonly unknown[],
  labels: HostArray,
  order: Int32Array,
  { startChar, indexFrom, maxlen }: WordSettings,
): LabelledSequences {
  const start = startChar === null ? 0 : 1;
  const x: Int32Array[] = [];
  const y: number[] = [];
  for (const row of order) {
    const ranks = rows[row] as readonly number[];
    if (maxlen !== null && ranks.length + start >= maxlen) continue;
    const sequence = new Int32Array(ranks.length + start);
    if (startChar !== null) sequence[0] = startChar;
    for (let i = 0; i < ranks.length; i++) sequence[i + start] = ranks[i]! + indexFrom;
    x.push(sequence);
    y.push(labels.get(row));
  }
  if (x.length === 0) {
    throw new ArgumentError(who, 'maxlen', 'longer than the shortest sequence', maxlen, 'No sequence was kept.');
  }
  return { x, y };
}

/**
 * Replaces (or drops) what is not in `skipTop … numWords - 1`. Without `numWords` the greatest number that occurs takes
 * its place, so that one word is left out: as in Keras.
 */
export function limitWords(sequences: WordSequences, { numWords, skipTop, oovChar }: WordSettings): Int32Array[] {
  const limit = numWords ?? greatest(sequences);
  const isKept = (word: number): boolean => word >= skipTop && word < limit;
  if (oovChar === null) return sequences.map((sequence) => sequence.filter(isKept));
  return sequences.map((sequence) => sequence.map((word) => (isKept(word) ? word : oovChar)));
}

/** Labels as int32 `[n]`. */
export const labelArray = (labels: readonly number[]): HostArray => new HostArray(Int32Array.from(labels));

/** A word index file as a map from the word to its rank, 1 for the most frequent. */
export const parseWordIndex = (json: Uint8Array): Map<string, number> =>
  new Map(Object.entries(JSON.parse(new TextDecoder().decode(json)) as Record<string, number>));

function greatest(sequences: WordSequences): number {
  let max = 0;
  for (const sequence of sequences) for (const word of sequence) if (word > max) max = word;
  return max;
}
