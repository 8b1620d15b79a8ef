import type { Logs } from '../training/logs.ts';
import { Callback } from './callback.ts';

/** Stops training at the first batch whose loss is NaN or infinite. It makes `fit` read the loss after each batch. */
export class TerminateOnNaN extends Callback {
  override onTrainBatchEnd(batch: number, logs: Logs): void {
    if (Number.isFinite(logs.loss)) return;
    console.warn(`capas: batch ${batch}: the loss is ${logs.loss}; TerminateOnNaN stops training.`);
    this.model.stopTraining = true;
  }
}

/** Short for `new TerminateOnNaN()`. */
export const terminateOnNaN = (): TerminateOnNaN => new TerminateOnNaN();
