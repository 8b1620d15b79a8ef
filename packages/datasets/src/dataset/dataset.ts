import { requireInteger, requirePositiveInteger, tree } from '@capas/core';
import { DatasetIterator } from './dataset-iterator.ts';
import type { Batched, RowOf } from './element.ts';
import { type PaddingOptions, paddedStack } from './padded-stack.ts';
import { stack } from './stack.ts';
import type { Stage } from './stage.ts';
import { batchStage } from './stages/batch.ts';
import { cacheStage } from './stages/cache.ts';
import { concatenateStage, zipStage } from './stages/combine.ts';
import { filterStage } from './stages/filter.ts';
import { interleaveStage } from './stages/flat-map.ts';
import { type ElementSource, indexedStage, iterableStage } from './stages/iterable.ts';
import { mapStage, prefetchStage } from './stages/map.ts';
import { repeatStage } from './stages/repeat.ts';
import { shardStage, skipStage, takeStage } from './stages/selection.ts';
import { shuffleStage } from './stages/shuffle.ts';
import { slicesStage } from './stages/slices.ts';
import { type WindowOptions, windowStage } from './stages/window.ts';

/** Options of {@link Dataset.map}. */
export interface MapOptions {
  /** How many calls of the function may go on at once. @defaultValue 1 */
  readonly parallel?: number;
  /** Whether elements keep their order. @defaultValue true */
  readonly deterministic?: boolean;
}

/** Options of {@link Dataset.batch}. */
export interface BatchOptions {
  /** Leaves out a last batch that is shorter. @defaultValue false */
  readonly dropRemainder?: boolean;
}

/** Options of {@link Dataset.shuffle}. */
export interface ShuffleOptions {
  /** @defaultValue drawn; `setSeed` makes it repeatable */
  readonly seed?: number;
  /** Another order in each pass. @defaultValue true */
  readonly reshuffleEachIteration?: boolean;
}

/** Options of {@link Dataset.interleave}. */
export interface InterleaveOptions {
  /** How many data sets are open at once. @defaultValue 4 */
  readonly cycleLength?: number;
  /** How many elements come of each in turn. @defaultValue 1 */
  readonly blockLength?: number;
}

/** What a function may give in place of a data set. */
export type DatasetLike<T> = Dataset<T> | ElementSource<T>;

type ElementsOf<Form> = Form extends Dataset<infer T> ? T : { -readonly [Key in keyof Form]: ElementsOf<Form[Key]> };

/**
 * Elements that come one after the other, and what is to be done to them; as `tf.data.Dataset`. Nothing is computed before it is
 * iterated over, as often as one likes, and no more is held than the buffers that are asked for. An element is a list or record of
 * arrays, numbers and texts, or one of these. `fit`, `evaluate` and `predict` take data sets of batches.
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset
 * @example
 * const dataset = Dataset.fromArrays([train.x, train.y]).shuffle(10_000, { seed: 1 }).batch(32).prefetch(2);
 * await model.fit(dataset, { epochs: 5 });
 */
export class Dataset<T> implements AsyncIterable<T> {
  readonly #stage: Stage<T>;
  readonly #passes = { next: 0 };

  private constructor(stage: Stage<T>) {
    this.#stage = stage;
  }

  /**
   * The rows of arrays of one length, in a list or record: `{ x: [100, 28, 28], y: [100] }` gives 100 elements `{ x: [28, 28], y: [] }`.
   * Rows are views.
   */
  static fromArrays<const A>(arrays: A): Dataset<RowOf<A>> {
    return new Dataset(slicesStage<RowOf<A>>('fromArrays', arrays));
  }

  /** {@link fromArrays} by the name that it has in tf.data. */
  static fromTensorSlices<const A>(arrays: A): Dataset<RowOf<A>> {
    return Dataset.fromArrays(arrays);
  }

  /** The items of a list, as they are. */
  static fromItems<T>(items: readonly T[]): Dataset<T> {
    return new Dataset(indexedStage('fromItems', items.length, (i) => items[i]!));
  }

  /**
   * What a generator yields: give the function, so that each pass can call it anew. `size` says how many elements it has, if that is
   * known.
   */
  static fromGenerator<T>(source: ElementSource<T>, options: { readonly size?: number } = {}): Dataset<T> {
    const { size } = options;
    if (size !== undefined && size !== Number.POSITIVE_INFINITY)
      requireInteger('Dataset.fromGenerator', 'size', size, 0);
    return new Dataset(iterableStage('fromGenerator', source, size));
  }

  /** The numbers from `start` to `stop` (excluded), or from 0 to the one that is given. */
  static range(start: number, stop?: number, step = 1): Dataset<number> {
    const [from, to] = stop === undefined ? [0, start] : [start, stop];
    if (step === 0) requirePositiveInteger('Dataset.range', 'step', step);
    return new Dataset(indexedStage('range', Math.max(0, Math.ceil((to - from) / step)), (i) => from + i * step));
  }

  /** Elements of several data sets together, in a list or record; as many as the shortest has. */
  static zip<const Form extends readonly unknown[] | Readonly<Record<string, unknown>>>(
    datasets: Form,
  ): Dataset<ElementsOf<Form>> {
    const inputs = tree
      .flatten(datasets)
      .map((dataset) => Dataset.#toStage('Dataset.zip', dataset as DatasetLike<unknown>));
    return new Dataset(zipStage<ElementsOf<Form>>(inputs, datasets));
  }

  /** How many elements there are: `Infinity` without end, `undefined` where that is not known. */
  get size(): number | undefined {
    return this.#stage.size;
  }

  /** {@link size} by its name in tf.data. */
  cardinality(): number | undefined {
    return this.size;
  }

  /**
   * `fn` of each element. With `parallel`, calls that wait (for files, for the network) go on together; order is kept unless
   * `deterministic` is `false`.
   */
  map<U>(fn: (element: T) => U | Promise<U>, options: MapOptions = {}): Dataset<U> {
    const { parallel = 1, deterministic = true } = options;
    requirePositiveInteger('Dataset.map', 'parallel', parallel);
    return new Dataset(mapStage(this.#stage, fn, parallel, deterministic));
  }

  /** The elements for which `predicate` holds. */
  filter<S extends T>(predicate: (element: T) => element is S): Dataset<S>;
  filter(predicate: (element: T) => unknown): Dataset<T>;
  filter(predicate: (element: T) => unknown): Dataset<T> {
    return new Dataset(filterStage('filter', this.#stage, predicate));
  }

  /** The elements before the first for which `predicate` does not hold. */
  takeWhile(predicate: (element: T) => unknown): Dataset<T> {
    return new Dataset(filterStage('takeWhile', this.#stage, predicate, true));
  }

  /** The elements of what `fn` makes of each element, one after the other. */
  flatMap<U>(fn: (element: T) => DatasetLike<U> | Promise<DatasetLike<U>>): Dataset<U> {
    const inner = async (element: T): Promise<Stage<U>> => Dataset.#toStage('Dataset.flatMap', await fn(element));
    return new Dataset(interleaveStage('flatMap', this.#stage, inner, 1, Number.POSITIVE_INFINITY));
  }

  /** As {@link flatMap}, but taking turns among `cycleLength` data sets: lines of several files, mixed. */
  interleave<U>(
    fn: (element: T) => DatasetLike<U> | Promise<DatasetLike<U>>,
    options: InterleaveOptions = {},
  ): Dataset<U> {
    const { cycleLength = 4, blockLength = 1 } = options;
    requirePositiveInteger('Dataset.interleave', 'cycleLength', cycleLength);
    requirePositiveInteger('Dataset.interleave', 'blockLength', blockLength);
    const inner = async (element: T): Promise<Stage<U>> => Dataset.#toStage('Dataset.interleave', await fn(element));
    return new Dataset(interleaveStage('interleave', this.#stage, inner, cycleLength, blockLength));
  }

  /**
   * Joins `batchSize` elements along a new first axis. Numbers become float32; arrays keep their dtype and must have one shape.
   */
  batch(batchSize: number, options: BatchOptions = {}): Dataset<Batched<T>> {
    requirePositiveInteger('Dataset.batch', 'batchSize', batchSize);
    const join = (elements: readonly T[]) => stack('Dataset.batch', elements) as Batched<T>;
    return new Dataset(batchStage('batch', this.#stage, batchSize, options.dropRemainder ?? false, join, true));
  }

  /** As {@link batch}, after padding the elements of each batch at their ends to one shape. */
  paddedBatch(batchSize: number, options: BatchOptions & PaddingOptions = {}): Dataset<Batched<T>> {
    requirePositiveInteger('Dataset.paddedBatch', 'batchSize', batchSize);
    const join = (elements: readonly T[]) => paddedStack('Dataset.paddedBatch', elements, options) as Batched<T>;
    return new Dataset(batchStage('paddedBatch', this.#stage, batchSize, options.dropRemainder ?? false, join));
  }

  /** The rows of each element. */
  unbatch(): Dataset<RowOf<T>> {
    const rows = (element: T) => slicesStage<RowOf<T>>('batch', element);
    return new Dataset(interleaveStage('unbatch', this.#stage, rows, 1, Number.POSITIVE_INFINITY));
  }

  /**
   * The elements in another order: each is drawn from a buffer of `bufferSize` elements, whose place the next takes. With the size of
   * the data set or more (`Infinity`) all orders are alike probable.
   */
  shuffle(bufferSize: number, options: ShuffleOptions = {}): Dataset<T> {
    if (bufferSize !== Number.POSITIVE_INFINITY) requirePositiveInteger('Dataset.shuffle', 'bufferSize', bufferSize);
    const { seed, reshuffleEachIteration = true } = options;
    if (seed !== undefined) requireInteger('Dataset.shuffle', 'seed', seed);
    return new Dataset(shuffleStage(this.#stage, bufferSize, seed, reshuffleEachIteration));
  }

  /** The elements `count` times over. @defaultValue without end */
  repeat(count: number = Number.POSITIVE_INFINITY): Dataset<T> {
    if (count !== Number.POSITIVE_INFINITY) requireInteger('Dataset.repeat', 'count', count, 0);
    return new Dataset(repeatStage(this.#stage, count));
  }

  /** The first `count` elements. */
  take(count: number): Dataset<T> {
    if (count !== Number.POSITIVE_INFINITY) requireInteger('Dataset.take', 'count', count, 0);
    return new Dataset(takeStage(this.#stage, count));
  }

  /** The elements after the first `count`. */
  skip(count: number): Dataset<T> {
    return new Dataset(skipStage(this.#stage, requireInteger('Dataset.skip', 'count', count, 0)));
  }

  /** Each `count`-th element, from number `index` on: the share of one of `count` workers. */
  shard(count: number, index: number): Dataset<T> {
    requirePositiveInteger('Dataset.shard', 'count', count);
    requireInteger('Dataset.shard', 'index', index, 0);
    if (index >= count) requireInteger('Dataset.shard', 'count', count, index + 1);
    return new Dataset(shardStage(this.#stage, count, index));
  }

  /** Windows over the elements, each a data set: `window(5, { shift: 1 }).flatMap((window) => window.batch(5))`. */
  window(size: number, options: WindowOptions = {}): Dataset<Dataset<T>> {
    requirePositiveInteger('Dataset.window', 'size', size);
    if (options.shift !== undefined) requirePositiveInteger('Dataset.window', 'shift', options.shift);
    if (options.stride !== undefined) requirePositiveInteger('Dataset.window', 'stride', options.stride);
    const windows = windowStage(this.#stage, size, options);
    return new Dataset(mapStage(windows, (items) => Dataset.fromItems(items), 1, true, 'window'));
  }

  /** The elements of this data set and then those of another. */
  concatenate(other: DatasetLike<T>): Dataset<T> {
    return new Dataset(concatenateStage(this.#stage, Dataset.#toStage('Dataset.concatenate', other)));
  }

  /** `[index, element]` of each element. */
  enumerate(start = 0): Dataset<[index: number, element: T]> {
    const numbers = Dataset.range(start, Number.POSITIVE_INFINITY).#stage;
    const pairs = zipStage<[T, number]>([this.#stage, numbers], ['element', 'index']);
    return new Dataset(mapStage(pairs, ([element, index]): [number, T] => [index, element], 1, true, 'enumerate'));
  }

  /** Keeps the elements of the first whole pass in memory: later ones do not make them again. */
  cache(): Dataset<T> {
    return new Dataset(cacheStage(this.#stage));
  }

  /** Makes up to `bufferSize` elements before they are asked for, while the consumer waits for something else. */
  prefetch(bufferSize = 2): Dataset<T> {
    return new Dataset(
      prefetchStage(this.#stage, requirePositiveInteger('Dataset.prefetch', 'bufferSize', bufferSize)),
    );
  }

  /** What `transform` makes of this data set: for chains of one's own. */
  apply<U>(transform: (dataset: this) => U): U {
    return transform(this);
  }

  /** All elements. */
  async toArray(): Promise<T[]> {
    const elements: T[] = [];
    for await (const element of this) elements.push(element);
    return elements;
  }

  /** `fn(… fn(fn(initial, first), second) …)` */
  async reduce<S>(initial: S, fn: (state: S, element: T) => S | Promise<S>): Promise<S> {
    let state = initial;
    for await (const element of this) state = await fn(state, element);
    return state;
  }

  /** The next pass over the elements: its place can be saved (`state()`) and gone back to (`restore`). */
  iterator(): DatasetIterator<T> {
    return new DatasetIterator(this.#stage, this.#passes);
  }

  [Symbol.asyncIterator](): DatasetIterator<T> {
    return this.iterator();
  }

  /** The stage of a data set, or of what can be gone over. */
  static #toStage<T>(who: string, source: DatasetLike<T>): Stage<T> {
    return source instanceof Dataset ? source.#stage : iterableStage(who, source, undefined);
  }
}
