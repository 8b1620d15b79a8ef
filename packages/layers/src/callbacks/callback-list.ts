import { ArgumentError } from '@capas/core';
import type { Model } from '../models/model.ts';
import type { TrainingRun } from '../training/training-run.ts';
import { Callback, type CallbackParams, type HookName } from './callback.ts';
import { CallbackError } from './callback-error.ts';
import { type CallbackHooks, LambdaCallback } from './lambda-callback.ts';

/** What `fit` takes: a callback, hooks as a plain object, or a list of them. */
export type CallbackArgument = Callback | CallbackHooks | readonly (Callback | CallbackHooks)[];

/** Calls a hook of every callback, in order, each awaited. */
export class CallbackList {
  readonly callbacks: readonly Callback[];
  readonly watchesBatches: boolean;
  readonly watchesTestBatches: boolean;
  readonly watchesProgress: boolean;

  /** `given` are those of the user, which come first and may add to the logs; `own` those of the library. */
  constructor(given: CallbackArgument = [], own: readonly Callback[] = []) {
    const list = (Array.isArray(given) ? given : [given]) as readonly (Callback | CallbackHooks)[];
    const all = [...list.map(asCallback), ...own];
    this.callbacks = [...all.filter(({ comesLast }) => !comesLast), ...all.filter(({ comesLast }) => comesLast)];
    this.watchesBatches = this.#overrides('onTrainBatchBegin') || this.#overrides('onTrainBatchEnd');
    this.watchesTestBatches = this.#overrides('onTestBatchBegin') || this.#overrides('onTestBatchEnd');
    this.watchesProgress = this.#overrides('onProgress') || this.#overrides('onTestProgress');
  }

  setModel(model: Model): void {
    for (const callback of this.callbacks) callback.setModel(model);
  }

  setParams(params: CallbackParams): void {
    for (const callback of this.callbacks) callback.setParams(params);
  }

  setRun(run: TrainingRun): void {
    for (const callback of this.callbacks) callback.setRun(run);
  }

  release(): void {
    for (const callback of this.callbacks) callback.release();
  }

  /**
   * Calls one hook of all.
   *
   * @throws CallbackError if one throws anything but an abort: it names the callback. Those after it are not called.
   */
  async call<Hook extends HookName>(hook: Hook, ...args: Parameters<Callback[Hook]>): Promise<void> {
    for (const callback of this.callbacks) {
      try {
        await (callback[hook] as (...args: unknown[]) => unknown)(...args);
      } catch (error) {
        // what ends a run by intent stays what it is
        throw (error as Error | undefined)?.name === 'AbortError' ? error : new CallbackError(callback, hook, error);
      }
    }
  }

  #overrides(hook: HookName): boolean {
    return this.callbacks.some((callback) => callback[hook] !== Callback.prototype[hook]);
  }
}

function asCallback(given: Callback | CallbackHooks): Callback {
  if (given instanceof Callback) return given;
  if (typeof given !== 'object' || given === null)
    throw new ArgumentError('callbacks', 'callback', 'a Callback or an object of hooks', given);
  return new LambdaCallback(given);
}
