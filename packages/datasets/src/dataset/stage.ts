import { philoxBlock } from '@capas/core';

/**
 * A step of a data set: where elements come from, or what is done to those of other stages. It holds no position, so that it can
 * be opened as often as one likes.
 */
export interface Stage<T> {
  /** As it is called in errors: `'map'`. */
  readonly name: string;
  readonly inputs: readonly Stage<unknown>[];
  /** How many elements there are; `Infinity` without end, `undefined` where that is not known before. */
  readonly size: number | undefined;
  /** The seed of a stage that was given none. A position that is saved holds it. */
  readonly drawnSeed?: number;
  /** The elements in order, from number `at.skip` on. What is open is closed when the generator is. */
  open(at: Opening): Elements<T>;
  /** Where the elements are rows of arrays: these, and which rows come in which order. It lets `batch` copy whole batches. */
  readonly rows?: Rows;
}

/** How a stage is opened. */
export interface Opening {
  /** Which pass over the data this is: each is shuffled in another way. */
  readonly epoch: number;
  /** How many elements to pass over, without computing them where that can be. */
  readonly skip: number;
  /** Seeds that take the place of drawn ones. */
  readonly seeds: ReadonlyMap<Stage<unknown>, number>;
}

/** An element and where it is from. */
export interface Item<T> {
  readonly value: T;
  readonly origin: Origin;
}

/** The rows of a source that an element was made of. */
export interface Origin {
  /** `'fromCsv(file.csv)'` */
  readonly source: string;
  /** What a row is called: `'row'`, `'line'`. */
  readonly unit: string;
  /** The first few of them. */
  readonly rows: readonly number[];
  /** How many they are. */
  readonly count: number;
}

/** Rows of arrays. */
export interface Rows {
  /** As in {@link Origin}. */
  readonly source: string;
  readonly unit: string;
  /** The rows of these numbers, one under the other. */
  gather(rows: readonly number[]): unknown;
  /** The numbers of the rows in order. */
  order(at: Opening): Iterator<number>;
}

/** What a stage gives when it is opened. */
export type Elements<T> = AsyncGenerator<Item<T>, void, undefined>;

/** The elements from number `count` on, for stages that have to make the first ones to know the others. */
export async function* dropFirst<T>(elements: Elements<T>, count: number): Elements<T> {
  let left = count;
  for await (const item of elements) {
    if (left > 0) left--;
    else yield item;
  }
}

/** The pass over an input that is gone over several times in one: in the first pass 0, 1, 2 …, in others numbers of their own. */
export function innerEpoch(epoch: number, repetition: number): number {
  if (epoch === 0) return repetition;
  const words: [number, number, number, number] = [0, 0, 0, 0];
  philoxBlock([epoch, repetition, 0, 2], 0, 0, words);
  return words[0];
}

/** One origin for what is made of several elements. */
export function joinOrigins(items: readonly Item<unknown>[]): Origin {
  const { source, unit } = items[0]!.origin;
  const rows: number[] = [];
  let count = 0;
  for (const { origin } of items) {
    if (origin.source !== source) continue;
    count += origin.count;
    for (const row of origin.rows) if (rows.length < 8) rows.push(row);
  }
  return { source, unit, rows, count };
}
