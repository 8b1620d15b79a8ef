import { ArgumentError } from '@capas/core';
import { Callback } from './callback.ts';

/** When callbacks save: at the end of epochs, or after so many batches, counted over epochs. */
export class SaveRhythm {
  readonly #every: number;
  #seen = 0;
  #last = -1;

  /** @param who the callback, for messages */
  constructor(who: string, saveFreq: 'epoch' | number) {
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq > 0))
      throw new ArgumentError(who, 'saveFreq', "'epoch' or a positive number of batches", saveFreq);
    this.#every = saveFreq === 'epoch' ? Number.POSITIVE_INFINITY : saveFreq;
  }

  /** Whether it is time, once this batch of the epoch is done. Several batches may have been done at once. */
  isDue(batch: number): boolean {
    this.#seen += batch - this.#last;
    this.#last = batch;
    if (this.#seen < this.#every) return false;
    this.#seen = 0;
    return true;
  }

  /** The batches are counted from 0 again. */
  startEpoch(): void {
    this.#last = -1;
  }

  /** Where it stands, as plain data. */
  get state(): { readonly seen: number; readonly last: number } {
    return { seen: this.#seen, last: this.#last };
  }

  set state({ seen, last }: { readonly seen: number; readonly last: number }) {
    this.#seen = seen;
    this.#last = last;
  }
}

/** Makes a callback that works after epochs only one that asks for no batches: looking at each takes time. */
export function leaveOutBatches(callback: Callback): void {
  const hooks = ['onTrainBatchBegin', 'onTrainBatchEnd', 'onTestBatchBegin', 'onTestBatchEnd'] as const;
  for (const hook of hooks) Object.defineProperty(callback, hook, { value: Callback.prototype[hook] });
}
