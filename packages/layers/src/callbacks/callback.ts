import { StateError } from '@capas/core';
import type { Model } from '../models/model.ts';
import type { Logs } from '../training/logs.ts';
import type { CallbackState, TrainingRun } from '../training/training-run.ts';

/** What a run was started with. */
export interface CallbackParams {
  readonly epochs: number;
  /** Batches per epoch. */
  readonly steps: number;
  readonly batchSize: number;
  readonly samples: number;
  readonly verbose: 0 | 1 | 2;
}

type Hook = void | Promise<void>;

/**
 * Something that is called during training; subclass it and override the hooks that you need.
 *
 * The hooks for batches make `fit` read the metrics after each batch, which costs time: they are called only where some
 * callback overrides them. `onProgress` is called about ten times a second instead.
 *
 * @see Keras 3, `keras/src/callbacks/callback.py`
 */
export class Callback {
  /** Whether its hooks are called after those of all others: it looks at what they have done. */
  readonly comesLast: boolean = false;
  #model: Model | undefined;
  params: CallbackParams = { epochs: 1, steps: 0, batchSize: 32, samples: 0, verbose: 0 };

  /** The model that is trained. */
  get model(): Model {
    if (!this.#model)
      throw new StateError(`${this.constructor.name}: there is no model yet: pass the callback to fit.`);
    return this.#model;
  }

  setModel(model: Model): void {
    this.#model = model;
  }

  setParams(params: CallbackParams): void {
    this.params = params;
  }

  /** The run of `fit` that it is called in, for callbacks that save it. */
  setRun(_run: TrainingRun): void {}

  /** What it has to remember where a run goes on in another process; by default nothing. */
  getState(): CallbackState | undefined | Promise<CallbackState | undefined> {
    return undefined;
  }

  /** Takes over what {@link getState} gave. */
  setState(_state: CallbackState): void | Promise<void> {}

  /** Frees what the callback holds; called when a run ends, also by an error. */
  release(): void {}

  onTrainBegin(): Hook {}
  onTrainEnd(_logs: Logs): Hook {}
  onEpochBegin(_epoch: number): Hook {}
  onEpochEnd(_epoch: number, _logs: Logs): Hook {}
  onTrainBatchBegin(_batch: number): Hook {}
  onTrainBatchEnd(_batch: number, _logs: Logs): Hook {}
  /** Called about ten times a second while an epoch is trained, with the batch just done. */
  onProgress(_batch: number, _logs: Logs): Hook {}
  onTestBegin(): Hook {}
  onTestEnd(_logs: Logs): Hook {}
  onTestBatchBegin(_batch: number): Hook {}
  onTestBatchEnd(_batch: number, _logs: Logs): Hook {}
  /** Called about ten times a second during an evaluation. */
  onTestProgress(_batch: number, _logs: Logs): Hook {}
  onPredictBegin(): Hook {}
  onPredictEnd(): Hook {}
  onPredictBatchBegin(_batch: number): Hook {}
  onPredictBatchEnd(_batch: number): Hook {}
  /** Called about ten times a second during a prediction. */
  onPredictProgress(_batch: number): Hook {}
}

/** The names of the hooks. */
export type HookName = Extract<keyof Callback, `on${string}`>;

/** All of them. */
export const hookNames: readonly HookName[] = [
  'onTrainBegin',
  'onTrainEnd',
  'onEpochBegin',
  'onEpochEnd',
  'onTrainBatchBegin',
  'onTrainBatchEnd',
  'onProgress',
  'onTestBegin',
  'onTestEnd',
  'onTestBatchBegin',
  'onTestBatchEnd',
  'onTestProgress',
  'onPredictBegin',
  'onPredictEnd',
  'onPredictBatchBegin',
  'onPredictBatchEnd',
  'onPredictProgress',
];
