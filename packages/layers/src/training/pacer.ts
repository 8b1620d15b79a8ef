/** How long work may go on before others are let in, in milliseconds: a page must stay responsive; a Node program only has its progress bar and its signal. */
export const chunkTime = (): number => (globalThis.process?.versions?.node ? 100 : 16);

/** Lets the event loop run now and then during a long computation, and ends it when a signal is aborted. */
export class Pacer {
  readonly #signal: AbortSignal | undefined;
  readonly #interval: number;
  #last: number;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#interval = chunkTime();
    this.#last = performance.now();
  }

  /** Whether it is time to pause. */
  isDue(): boolean {
    return performance.now() - this.#last >= this.#interval;
  }

  /** @throws the signal's reason, if it was aborted */
  requireNotAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** Waits for one turn of the event loop. @throws the signal's reason, if it was aborted */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.requireNotAborted();
    this.#last = performance.now();
  }
}
