import type { Model } from '../models/model.ts';
import { BatchFeed } from './batch-feed.ts';
import { BatchOrder, type BatchOrderState } from './batch-order.ts';
import { BatchRunner, type BatchRunnerOptions } from './batch-runner.ts';
import { type BatchStream, sizeOfStream } from './batch-stream.ts';
import type { ClassWeight } from './class-weight.ts';
import type { DataSource } from './data-adapter.ts';
import type { EpochRunner } from './epoch-runner.ts';

/** Options of {@link StreamRunner}. */
export interface StreamRunnerOptions extends Pick<BatchRunnerOptions, 'kind' | 'signal' | 'profiler'> {
  /** Who asks, for messages. */
  readonly who: string;
  readonly classWeight?: ClassWeight | undefined;
}

/** Runs the steps of a model on the batches of a stream, one at a time; the next is asked for while one is worked on. */
export class StreamRunner implements EpochRunner {
  readonly samples = undefined;
  readonly #model: Model;
  readonly #options: StreamRunnerOptions;
  readonly #feed: BatchFeed;
  #steps: number | undefined;
  #round = 0;
  #isPrepared = false;

  constructor(model: Model, stream: BatchStream, options: StreamRunnerOptions) {
    this.#model = model;
    this.#options = options;
    this.#steps = sizeOfStream(stream);
    this.#feed = new BatchFeed(model, stream, options);
  }

  get steps(): number | undefined {
    return this.#steps;
  }

  get state(): BatchOrderState {
    return { seed: undefined, round: this.#round, next: this.#feed.taken };
  }

  set state({ round, next }: BatchOrderState) {
    this.#round = round;
    this.#feed.skipTo(next);
  }

  async prepare(): Promise<void> {
    const batch = await this.#feed.peek();
    if (batch) this.#try(batch.source);
  }

  async startEpoch(goesOn: boolean): Promise<boolean> {
    this.#round++;
    if (!goesOn && this.#feed.taken > 0) this.#feed.restart();
    if (await this.#feed.peek()) return true;
    this.#feed.restart();
    return (await this.#feed.peek()) !== undefined;
  }

  async hasNext(): Promise<boolean> {
    const isThere = (await this.#feed.peek()) !== undefined;
    if (!isThere) this.#steps = this.#feed.taken;
    return isThere;
  }

  async advance(limit: number): Promise<number> {
    const batch = await this.#feed.take();
    if (!batch) {
      this.#steps = this.#feed.taken;
      return 0;
    }
    const { source } = batch;
    const { kind, signal, profiler } = this.#options;
    const runner = new BatchRunner(this.#model, source, {
      kind,
      signal,
      profiler,
      batchSize: source.length,
      order: new BatchOrder(source.length),
      isSingle: true,
      isPrepared: true,
      whileRunning: () => {
        if (limit > 1) this.#feed.ask();
      },
    });
    try {
      this.#try(source);
      return await runner.run(1);
    } finally {
      runner.dispose();
      batch.dispose();
    }
  }

  async run(count: number): Promise<number> {
    let done = 0;
    while (done < count) {
      if ((await this.advance(count - done)) === 0) break;
      done++;
    }
    return done;
  }

  dispose(): void {
    this.#feed.close();
  }

  /** Builds the model, and finds what does not fit, on the first batch. */
  #try(source: DataSource): void {
    if (this.#isPrepared) return;
    using batch = source.batch(0, source.length);
    this.#model.tryStep(batch);
    this.#isPrepared = true;
  }
}
