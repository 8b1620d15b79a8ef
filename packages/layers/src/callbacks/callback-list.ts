import { ArgumentError } from '@capas/core';
import type { Model } from '../models/model.ts';
import type { Logs } from '../training/logs.ts';
import { Callback, type CallbackParams, type HookName } from './callback.ts';
import { type CallbackHooks, LambdaCallback } from './lambda-callback.ts';

/** What `fit` takes: a callback, hooks as a plain object, or a list of them. */
export type CallbackArgument = Callback | CallbackHooks | readonly (Callback | CallbackHooks)[];

/** Calls a hook of every callback, in order, each awaited. */
export class CallbackList {
  readonly #callbacks: readonly Callback[];
  readonly watchesBatches: boolean;
  readonly watchesTestBatches: boolean;
  readonly watchesProgress: boolean;

  /** `own` are those of the library, which come first; `given` those of the user. */
  constructor(own: readonly Callback[], given: CallbackArgument = []) {
    const list = (Array.isArray(given) ? given : [given]) as readonly (Callback | CallbackHooks)[];
    this.#callbacks = [...own, ...list.map(asCallback)];
    this.watchesBatches = this.#overrides('onTrainBatchBegin') || this.#overrides('onTrainBatchEnd');
    this.watchesTestBatches = this.#overrides('onTestBatchBegin') || this.#overrides('onTestBatchEnd');
    this.watchesProgress = this.#overrides('onProgress') || this.#overrides('onTestProgress');
  }

  setModel(model: Model): void {
    for (const callback of this.#callbacks) callback.setModel(model);
  }

  setParams(params: CallbackParams): void {
    for (const callback of this.#callbacks) callback.setParams(params);
  }

  release(): void {
    for (const callback of this.#callbacks) callback.release();
  }

  async onTrainBegin(): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainBegin();
  }

  async onTrainEnd(logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainEnd(logs);
  }

  async onEpochBegin(epoch: number): Promise<void> {
    for (const callback of this.#callbacks) await callback.onEpochBegin(epoch);
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) await callback.onEpochEnd(epoch, logs);
  }

  async onTrainBatchBegin(batch: number): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainBatchBegin(batch);
  }

  async onTrainBatchEnd(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTrainBatchEnd(batch, logs);
  }

  async onProgress(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) await callback.onProgress(batch, logs);
  }

  async onTestBegin(): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTestBegin();
  }

  async onTestEnd(logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTestEnd(logs);
  }

  async onTestBatchBegin(batch: number): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTestBatchBegin(batch);
  }

  async onTestBatchEnd(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTestBatchEnd(batch, logs);
  }

  async onTestProgress(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.#callbacks) await callback.onTestProgress(batch, logs);
  }

  #overrides(hook: HookName): boolean {
    return this.#callbacks.some((callback) => callback[hook] !== Callback.prototype[hook]);
  }
}

function asCallback(given: Callback | CallbackHooks): Callback {
  if (given instanceof Callback) return given;
  if (typeof given !== 'object' || given === null)
    throw new ArgumentError('callbacks', 'callback', 'a Callback or an object of hooks', given);
  return new LambdaCallback(given);
}
