import type { CompiledStep, Executor } from '@capas/core';
import type { Model } from '../models/model.ts';
import type { BatchOrder, BatchOrderState, BatchPlace } from './batch-order.ts';
import { checkLabels } from './check-labels.ts';
import type { DataSource } from './data-adapter.ts';
import { DeviceData } from './device-data.ts';
import type { EpochRunner } from './epoch-runner.ts';
import type { FitProfiler } from './fit-profiler.ts';
import { executorFor, modelStep } from './model-steps.ts';
import { chunkTime } from './pacer.ts';
import { runStep } from './step-logs.ts';

/** Options of {@link BatchRunner}. */
export interface BatchRunnerOptions {
  readonly kind: 'train' | 'test';
  readonly batchSize: number;
  readonly order: BatchOrder;
  /** Whether it is run for one batch only. @defaultValue `false` */
  readonly isSingle?: boolean;
  /** Whether the model was tried on such batches. @defaultValue `false` */
  readonly isPrepared?: boolean;
  /** Called when the steps are under way. */
  readonly whileRunning?: () => void;
  readonly signal?: AbortSignal | undefined;
  /** Measures the compiled steps. */
  readonly profiler?: FitProfiler | undefined;
}

/** Runs the steps of a model on the batches of a source: compiled, many in one call, or op by op. */
export class BatchRunner implements EpochRunner {
  readonly #model: Model;
  readonly #source: DataSource;
  readonly #options: BatchRunnerOptions;
  #data: DeviceData | undefined;
  #isPrepared: boolean;
  /** How long a step takes, in milliseconds, for each step that was run. */
  readonly #times = new WeakMap<CompiledStep, number>();

  constructor(model: Model, source: DataSource, options: BatchRunnerOptions) {
    this.#model = model;
    this.#source = source;
    this.#options = options;
    this.#isPrepared = options.isPrepared ?? false;
  }

  get samples(): number {
    return this.#source.length;
  }

  get steps(): number {
    return Math.ceil(this.#source.length / this.#options.batchSize);
  }

  get state(): BatchOrderState {
    return this.#options.order.state;
  }

  set state(state: BatchOrderState) {
    this.#options.order.state = state;
  }

  /** Tries the model on the first batch, and looks at the labels. */
  prepare(): void {
    using first = this.#source.batch(0, Math.min(this.#source.length, this.#options.batchSize));
    this.#model.tryStep(first);
    checkLabels(this.#model, this.#source);
    this.#isPrepared = true;
  }

  startEpoch(goesOn: boolean): boolean {
    if (!goesOn) this.#options.order.startRound();
    return true;
  }

  hasNext(): boolean {
    return true;
  }

  /**
   * Runs the next batches: at most `limit`, and as many as take the time after which others have to be let in. Resolves to
   * the number of batches that were run.
   */
  async advance(limit: number): Promise<number> {
    const { batchSize, order, signal } = this.#options;
    signal?.throwIfAborted();
    const place = order.place();
    const executor = executorFor(this.#model, this.#source);
    const size = Math.min(batchSize, place.left);
    const done = executor ? await this.#runCompiled(executor, place, size, limit) : undefined;
    if (done === undefined) this.#runEagerly(place, size);
    order.moveOn((done ?? 1) * size);
    return done ?? 1;
  }

  /** Runs so many batches, also where they take longer. */
  async run(count: number): Promise<number> {
    for (let done = 0; done < count; ) done += await this.advance(count - done);
    return count;
  }

  /** Frees the data on the device. */
  dispose(): void {
    this.#data?.dispose();
    this.#data = undefined;
  }

  #runEagerly({ start, order }: BatchPlace, size: number): void {
    using batch = this.#source.batch(start, start + size, order);
    this.#options.whileRunning?.();
    const model = this.#model;
    model.compilation.trainable.run(() => runStep(model, this.#options.kind, batch));
  }

  /** Resolves to `undefined` where the model cannot be compiled. */
  async #runCompiled(executor: Executor, place: BatchPlace, size: number, limit: number): Promise<number | undefined> {
    const { kind, batchSize, signal, isSingle = false, profiler, whileRunning } = this.#options;
    const { start, order } = place;
    this.#prepareModel(start, size);
    if (this.#data?.executor !== executor) {
      this.dispose();
      this.#data = new DeviceData(executor, this.#source, batchSize);
    }
    const data = this.#data;
    const from = isSingle ? 'one batch' : order ? 'all in order' : 'all as they lie';
    const found = modelStep(this.#model, kind, { source: this.#source, data, size, from });
    if (!found) return undefined;
    const { step } = found;
    profiler?.watch(step, kind, size);
    let prefetched: Promise<void> | undefined;
    const bind = (): void => {
      if (isSingle) data.bind(step, start);
      else data.place(step, start, order);
      // in a moment, when the run is under way
      prefetched = Promise.resolve().then(() => (isSingle ? whileRunning?.() : data.prefetch(start, order)));
      prefetched.catch(() => {}); // where the run fails too, that is what is told
    };
    const batches = Math.max(1, Math.floor(data.reach(start) / size));
    const time = this.#times.get(step);
    const steps = Math.min(limit, batches, time === undefined ? 1 : Math.max(1, Math.floor(chunkTime() / time)));
    const stop = (): void => step.stop();
    signal?.addEventListener('abort', stop);
    try {
      const before = performance.now();
      const done = await step.runMany(steps, bind);
      await prefetched;
      if (done > 0) this.#times.set(step, Math.max(1e-3, (performance.now() - before) / done));
      return done;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Builds the model, and matches losses and metrics, where that was not done: outside of a program. */
  #prepareModel(start: number, size: number): void {
    if (this.#isPrepared || (this.#model.built && this.#model.compilation.isMatched)) return;
    this.#isPrepared = true;
    using batch = this.#source.batch(start, start + size);
    this.#model.tryStep(batch);
  }
}
