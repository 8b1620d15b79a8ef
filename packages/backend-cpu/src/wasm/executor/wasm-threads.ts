import { BackendError } from '@capas/core';
import { startCode, type WasmCode } from './start-code.ts';
import { maySleep, startThreads, type Thread } from './start-threads.ts';
import type { WasmExports } from './wasm-exports.ts';

/** What threads share lies in the second half of the first page, which belongs to the code itself: 64 bytes and more for each set of threads. */
const CONTROL = 32768;
const CONTROL_BYTES = 128;
const MOST_SETS = 32768 / CONTROL_BYTES;

/** How long to wait for threads that are in the middle of an instruction, in milliseconds. */
const LONGEST = 5000;

/**
 * The instance of the code on this thread, and the threads that run with it. If one of them ends before its time, all do. A run
 * that does not wait for new ones is done on this thread alone, which gives the same bits.
 */
export class WasmThreads {
  /** How many there are, this one included. */
  readonly count: number;
  readonly #code: WasmCode;
  #exports!: WasmExports;
  #threads: readonly Thread[] = [];
  /** How many parts were given to sets of threads; the first is for this thread alone. */
  #sets = 1;
  #isComplete = true;
  #restart: Promise<void> | undefined;

  private constructor(code: WasmCode, count: number) {
    this.#code = code;
    this.count = count;
  }

  /** Starts them. @throws Error if that cannot be */
  static async start(code: WasmCode, count: number): Promise<WasmThreads> {
    const threads = new WasmThreads(code, count);
    threads.#exports = await startCode(code, () => threads.#threads.some((thread) => thread.isGone()));
    await threads.#begin();
    return threads;
  }

  get exports(): WasmExports {
    return this.#exports;
  }

  /** Resolves when there are as many threads as there should be, or none can be started. */
  async complete(): Promise<void> {
    if (this.#isComplete) return;
    this.#restart ??= this.#begin()
      .then(
        () => {
          this.#isComplete = true;
        },
        () => {}, // alone it goes on; the next run tries again
      )
      .finally(() => {
        this.#restart = undefined;
      });
    await this.#restart;
  }

  /**
   * Calls what runs on all threads.
   *
   * @throws {BackendError} A thread ended in the middle of it.
   */
  run(call: (exports: WasmExports) => number): number {
    try {
      return call(this.#exports);
    } catch (error) {
      if (this.#threads.length === 0) throw error;
      this.#breakOff();
      throw new BackendError(
        'wasm executor: a thread ended in the middle of a run. The step it was in is not finished; new threads are started for the next run.',
        { cause: error },
      );
    }
  }

  /** Ends all threads, and waits for those that are in the middle of an instruction. */
  #breakOff(): void {
    const threads = this.#threads;
    this.#exports.breakOff();
    const hasEnded = (thread: Thread, i: number): boolean =>
      ((this.#exports.leftThreads() >> (i + 1)) & 1) === 1 || thread.isGone();
    for (const end = performance.now() + LONGEST; !threads.every(hasEnded) && performance.now() < end; );
    for (const thread of threads) thread.end().catch(() => {});
    this.#threads = [];
    this.#isComplete = false;
    this.#join(0, 1);
  }

  /** Until the threads are there, this one is alone. */
  async #begin(): Promise<void> {
    this.#join(0, 1);
    if (this.count === 1) return;
    if (this.#sets === MOST_SETS) throw new Error('threads have ended too often');
    const set = this.#sets++;
    this.#threads = await startThreads(this.#code, addressOf(set), this.count);
    this.#join(set, this.count);
  }

  #join(set: number, count: number): void {
    this.#exports.join(addressOf(set), 0, count, count > 1 && maySleep());
  }
}

const addressOf = (set: number): number => CONTROL + CONTROL_BYTES * set;
