import { ArgumentError, HostArray, type HostDType, type TensorLike } from '@capas/core';
import { toHost } from './adapt-data.ts';

/** Values of features by their names: columns of a table. */
export type FeatureData = Readonly<Record<string, TensorLike>>;

/** How many samples make a batch where data comes without batches, as in Keras. */
const BATCH = 32;

/**
 * The batches of features, as columns `[n, 1]` where a value is a number or string by itself. `data` is a table, or tables one
 * after the other.
 *
 * @throws ArgumentError if it is neither, or a feature is not in it
 */
export function featureBatches(
  who: string,
  dtypes: Readonly<Record<string, HostDType>>,
  data: FeatureData | Iterable<FeatureData> | AsyncIterable<FeatureData>,
): Record<string, HostArray[]> | Promise<Record<string, HostArray[]>> {
  const batches = new Batches(who, dtypes);
  if (isTable(data)) {
    batches.addTable(data);
  } else if (typeof data === 'object' && data !== null && Symbol.asyncIterator in data) {
    return batches.addAll(data as AsyncIterable<FeatureData>);
  } else if (typeof data === 'object' && data !== null && Symbol.iterator in data) {
    for (const item of data as Iterable<FeatureData>) batches.add(item);
  } else {
    throw new ArgumentError(who, 'data', 'a record of arrays, or an iterable of them', data);
  }
  return batches.finish();
}

class Batches {
  readonly #who: string;
  readonly #dtypes: Readonly<Record<string, HostDType>>;
  readonly #made: Record<string, HostArray[]>;
  /** Single values that no batch is full of yet. */
  readonly #single: Record<string, HostArray[]>;

  constructor(who: string, dtypes: Readonly<Record<string, HostDType>>) {
    this.#who = who;
    this.#dtypes = dtypes;
    const none = (): Record<string, HostArray[]> => Object.fromEntries(Object.keys(dtypes).map((name) => [name, []]));
    this.#made = none();
    this.#single = none();
  }

  /** All samples of a table, in batches. */
  addTable(table: FeatureData): void {
    this.#each(table, (name, values) => {
      if (values.rank === 0) throw new ArgumentError(this.#who, `data.${name}`, 'an array of samples', values);
      for (let start = 0; start < values.length; start += BATCH)
        this.#made[name]!.push(asColumn(values.slice(start, start + BATCH)));
    });
  }

  /** A batch, or one sample. */
  add(item: FeatureData): void {
    this.#each(item, (name, values) => {
      if (values.rank > 0) {
        this.#made[name]!.push(asColumn(values));
        return;
      }
      this.#single[name]!.push(values.reshape([1, 1]));
      if (this.#single[name]!.length === BATCH) this.#flush(name);
    });
  }

  async addAll(items: AsyncIterable<FeatureData>): Promise<Record<string, HostArray[]>> {
    for await (const item of items) this.add(item);
    return this.finish();
  }

  finish(): Record<string, HostArray[]> {
    for (const name of Object.keys(this.#single)) this.#flush(name);
    return this.#made;
  }

  #flush(name: string): void {
    const singles = this.#single[name]!.splice(0);
    if (singles.length > 0) this.#made[name]!.push(HostArray.concat(singles));
  }

  #each(table: FeatureData, take: (name: string, values: HostArray) => void): void {
    for (const [name, dtype] of Object.entries(this.#dtypes)) {
      const values = table?.[name];
      if (values === undefined)
        throw new ArgumentError(this.#who, 'data', `a record with '${name}' in it`, Object.keys(table ?? {}));
      take(name, toHost(this.#who, values, dtype));
    }
  }
}

const asColumn = (values: HostArray): HostArray => (values.rank === 1 ? values.reshape([-1, 1]) : values);

const isTable = (data: unknown): data is FeatureData =>
  typeof data === 'object' &&
  data !== null &&
  data.constructor === Object &&
  !(Symbol.asyncIterator in data || Symbol.iterator in data);
