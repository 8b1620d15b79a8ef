import { ArgumentError, dispose, type Tensor, type TensorLike, Variable } from '@capas/core';
import { isTensor, ownCopy } from '../layer-inputs.ts';
import type { Model } from '../models/model.ts';
import { type BatchIterator, type BatchStream, openStream, partsOf } from './batch-stream.ts';
import { checkLabels } from './check-labels.ts';
import type { ClassWeight } from './class-weight.ts';
import { type DataSource, type InputData, toSource } from './data-adapter.ts';

/** One batch of a stream, checked against the model. */
export interface FedBatch {
  readonly source: DataSource;
  /** Frees what was copied. */
  dispose(): void;
}

/** Options of {@link BatchFeed}. */
export interface BatchFeedOptions {
  /** Who asks, for messages. */
  readonly who: string;
  readonly isPrediction?: boolean;
  readonly classWeight?: ClassWeight | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes batches from a stream, one after the other. Each is copied when it comes, so that a generator may fill the same arrays again,
 * or dispose of its tensors, once it is asked for the next.
 */
export class BatchFeed {
  readonly #model: Model;
  readonly #stream: BatchStream;
  readonly #options: BatchFeedOptions;
  #open: { readonly iterator: BatchIterator; readonly isOwn: boolean } | undefined;
  #next: Promise<FedBatch | undefined> | undefined;
  #asked = 0;
  #skip = 0;

  constructor(model: Model, stream: BatchStream, options: BatchFeedOptions) {
    this.#model = model;
    this.#stream = stream;
    this.#options = options;
  }

  /** How many batches were taken since the stream was opened. */
  taken = 0;

  /** Goes over the stream anew, if it can be gone over more than once. */
  restart(): void {
    if (this.#open && !this.#open.isOwn) return;
    this.close();
  }

  /** Starts anew, and passes over so many batches: where another feed stood. */
  skipTo(taken: number): void {
    this.restart();
    this.#skip = Math.max(0, taken - this.taken);
  }

  /** The next batch, left where it is; `undefined` at the end. */
  async peek(): Promise<FedBatch | undefined> {
    while (this.#skip > 0) {
      this.#skip--;
      (await this.#takeNext())?.dispose();
    }
    this.ask();
    return await abortable(this.#next!, this.#options.signal);
  }

  /** The next batch; `undefined` at the end. Who takes it disposes of it. */
  async take(): Promise<FedBatch | undefined> {
    await this.peek();
    return await this.#takeNext();
  }

  /** Asks for the next batch, unless that was done. */
  ask(): void {
    if (this.#next) return;
    this.#open ??= openStream(this.#options.who, this.#stream);
    this.#next = this.#read(this.#open.iterator);
    this.#next.catch(() => {}); // who waits for it is told
  }

  /** Frees what is held, and ends the iteration, if it was begun here: a generator of the caller stays where it is. */
  close(): void {
    this.#next?.then((batch) => batch?.dispose()).catch(() => {});
    this.#next = undefined;
    this.taken = 0;
    this.#asked = 0;
    this.#skip = 0;
    const open = this.#open;
    this.#open = undefined;
    if (open?.isOwn) Promise.resolve(open.iterator.return?.()).catch(() => {});
  }

  async #takeNext(): Promise<FedBatch | undefined> {
    this.ask();
    const batch = await abortable(this.#next!, this.#options.signal);
    if (!batch) return undefined;
    this.#next = undefined;
    this.taken++;
    return batch;
  }

  async #read(iterator: BatchIterator): Promise<FedBatch | undefined> {
    const { done, value } = await iterator.next();
    if (done) return undefined;
    const { who, isPrediction = false, classWeight } = this.#options;
    const name = `${who}: batch ${this.#asked++}`;
    const { x, y, sampleWeight } = partsOf(name, value, isPrediction);
    const copies: Tensor[] = [];
    const source = toSource(this.#model, name, copied(x, copies), y && copied(y, copies), {
      sampleWeight: sampleWeight && copied(sampleWeight, copies),
      classWeight,
    });
    if (!isPrediction) checkLabels(this.#model, source);
    return { source, dispose: () => dispose(copies) };
  }
}

/** Data as arrays and tensors of their own. */
function copied(data: InputData, copies: Tensor[]): InputData {
  const copy = (value: TensorLike): TensorLike => {
    const given = value instanceof Variable ? value.value : value;
    if (!isTensor(given)) return ownCopy(given);
    if (given.isDisposed) throw new ArgumentError('fit', 'batch', 'of tensors that were not disposed of', given);
    const clone = given.clone();
    copies.push(clone);
    return clone;
  };
  if (Array.isArray(data)) return data.map((item) => copy(item as TensorLike)) as InputData;
  if (typeof data === 'object' && data !== null && data.constructor === Object) {
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, copy(value as TensorLike)]));
  }
  return copy(data as TensorLike);
}

/** Waits, until the signal is aborted. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await promise;
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
