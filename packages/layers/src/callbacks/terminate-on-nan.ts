import { StateError } from '@capas/core';
import type { Logs } from '../training/logs.ts';
import { Callback } from './callback.ts';

/** Options of {@link TerminateOnNaN}. */
export interface TerminateOnNaNConfig {
  /** Whether `fit` rejects at once, without the hooks for the end of training, instead of returning. @defaultValue `false` */
  readonly raiseError?: boolean;
}

/**
 * Stops training at the first batch whose loss is NaN or infinite. It makes `fit` read the loss after each batch.
 *
 * @see Keras 3, `keras/src/callbacks/terminate_on_nan.py`
 */
export class TerminateOnNaN extends Callback {
  readonly config: Required<TerminateOnNaNConfig>;

  constructor(config: TerminateOnNaNConfig = {}) {
    super();
    this.config = Object.freeze({ raiseError: false, ...config });
  }

  override onTrainBatchEnd(batch: number, logs: Logs): void {
    if (Number.isFinite(logs.loss)) return;
    if (this.config.raiseError) throw new StateError(`the loss of batch ${batch} is ${logs.loss}.`);
    console.warn(`capas: batch ${batch}: the loss is ${logs.loss}; TerminateOnNaN stops training.`);
    this.model.stopTraining = true;
  }
}

/** Short for `new TerminateOnNaN(config)`. */
export const terminateOnNaN = (config: TerminateOnNaNConfig = {}): TerminateOnNaN => new TerminateOnNaN(config);
