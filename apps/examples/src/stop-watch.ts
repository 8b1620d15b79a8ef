import { Callback, type Logs } from '@capas/layers';

const ORDER = ['loss', 'accuracy', 'val_loss', 'val_accuracy'];

/** The logs of an epoch, how long it took with its validation, and how long a step of training took. */
export interface Epoch extends Logs<'loss'> {
  readonly accuracy?: number;
  readonly val_loss?: number;
  readonly val_accuracy?: number;
  readonly seconds: number;
  readonly msPerStep: number;
}

/** Notes what happens in each epoch. */
export class StopWatch extends Callback {
  readonly epochs: Epoch[] = [];
  /** Seconds from the start of the process to the first epoch's loss. */
  firstResultSeconds: number = Number.NaN;
  #started = 0;
  #trained: number | undefined;

  override onEpochBegin(): void {
    this.#started = performance.now();
    this.#trained = undefined;
  }

  /** Within an epoch: the training is done, the validation follows. */
  override onTestBegin(): void {
    this.#trained ??= performance.now();
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    const now = performance.now();
    if (this.epochs.length === 0) this.firstResultSeconds = now / 1000;
    this.epochs.push({
      ...(Object.fromEntries(ORDER.filter((name) => name in logs).map((name) => [name, logs[name]])) as Logs<'loss'>),
      seconds: (now - this.#started) / 1000,
      msPerStep: ((this.#trained ?? now) - this.#started) / this.params.steps,
    });
  }
}
