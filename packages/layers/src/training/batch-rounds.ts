import { type CompiledStep, type DeviceBuffer, sizeOf } from '@capas/core';
import type { DeviceData } from './device-data.ts';
import { chunkTime, Pacer } from './pacer.ts';

/** Options of {@link BatchRounds}. */
export interface BatchRoundsOptions {
  readonly data: DeviceData;
  /** How many samples there are, and how many a batch has: only whole batches are run. */
  readonly samples: number;
  readonly size: number;
  /** The order of the samples, where the step takes one; `undefined`: as they lie. */
  readonly order: Int32Array | undefined;
  /** Whether each batch is bound, as in prediction, or the step takes the next one of all samples by itself. */
  readonly bindsEach: boolean;
}

/** Runs a step on the batches of some samples, again and again. What it gives is thrown away. */
export class BatchRounds {
  readonly #step: CompiledStep;
  readonly #options: BatchRoundsOptions;
  readonly #outputs: readonly DeviceBuffer[];
  readonly #pacer = new Pacer(undefined);
  #start = 0;
  /** How many steps are run in one call. */
  #chunk = 1;

  constructor(step: CompiledStep, options: BatchRoundsOptions) {
    this.#step = step;
    this.#options = options;
    this.#outputs = step.outputTypes.map(({ shape }) => step.executor.allocate(4 * sizeOf(shape)));
    this.#outputs.forEach((buffer, i) => {
      step.bindOutput(i, buffer);
    });
  }

  /** Runs so many steps, or fewer if they take longer than some milliseconds. */
  async run(steps: number, most: number = Number.POSITIVE_INFINITY): Promise<void> {
    const end = performance.now() + most;
    for (let left = steps; left > 0 && performance.now() < end; ) {
      const before = performance.now();
      const done = await this.#advance(Math.min(left, this.#chunk));
      this.#chunk = Math.max(1, Math.floor((chunkTime() * done) / (performance.now() - before)));
      left -= done;
      if (this.#pacer.isDue()) await this.#pacer.pause();
    }
  }

  dispose(): void {
    for (const buffer of this.#outputs) buffer.dispose();
  }

  async #advance(limit: number): Promise<number> {
    const { data, samples, size, order, bindsEach } = this.#options;
    if (this.#start + size > samples) this.#start = 0;
    const start = this.#start;
    if (bindsEach) {
      data.bind(this.#step, start);
      this.#step.run();
      this.#start += size;
      return 1;
    }
    data.place(this.#step, start, order);
    const done = await this.#step.runMany(Math.min(limit, Math.floor(data.reach(start) / size)));
    this.#start += done * size;
    return done;
  }
}
