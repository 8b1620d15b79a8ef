import { type HostArray, type RandomState, randomState, restoreRandomState, type Variable } from '@capas/core';
import type { Callback } from '../callbacks/callback.ts';
import type { Model } from '../models/model.ts';
import { assignHostArray, hostValue } from '../saving/host-values.ts';
import type { BatchOrderState } from './batch-order.ts';
import { loggedMetrics } from './steps.ts';

/** What a callback has to remember from one process to the next. */
export interface CallbackState {
  /** Plain data. */
  readonly data: unknown;
  /** Arrays, such as kept weights. */
  readonly arrays?: readonly HostArray[];
}

/** Everything about a run of `fit` but the weights: what the rest of it depends on. */
export interface RunState {
  /** How many epochs are over. */
  readonly epoch: number;
  /** How many batches of the next one are over. */
  readonly batch: number;
  readonly order: BatchOrderState;
  readonly random: RandomState;
  /** The values of all metrics' variables. */
  readonly metrics: readonly HostArray[];
  /** Of each callback that has some, by its place in the list; `null` for the others. */
  readonly callbacks: readonly (CallbackState | null)[];
}

/** A run of `fit`, for callbacks that save it and go on with it. */
export class TrainingRun {
  epoch: number;
  batch = 0;
  readonly #model: Model;
  readonly #order: { state: BatchOrderState };
  readonly #callbacks: readonly Callback[];
  #pending: RunState | undefined;

  constructor(model: Model, order: { state: BatchOrderState }, callbacks: readonly Callback[], epoch: number) {
    this.#model = model;
    this.#order = order;
    this.#callbacks = callbacks;
    this.epoch = epoch;
  }

  /** The state of the run, to be saved beside the weights and the state of the optimizer. */
  async state(): Promise<RunState> {
    return {
      epoch: this.epoch,
      batch: this.batch,
      order: this.#order.state,
      random: await randomState(),
      metrics: await Promise.all(this.#metricVariables().map(hostValue)),
      callbacks: await Promise.all(this.#callbacks.map(async (callback) => (await callback.getState()) ?? null)),
    };
  }

  /** Goes on from a state once `onTrainBegin` is over. */
  resumeFrom(state: RunState): void {
    this.#pending = state;
    this.epoch = state.epoch;
    this.batch = state.batch;
  }

  /** Whether the next epoch goes on in its middle. */
  get isInMidEpoch(): boolean {
    return this.#pending !== undefined && this.#pending.batch > 0;
  }

  /** Takes over the state to go on from, if there is one: after hooks that would change it. */
  async takeOver(): Promise<void> {
    const state = this.#pending;
    if (!state) return;
    this.#pending = undefined;
    this.#order.state = state.order;
    restoreRandomState(state.random);
    if (state.batch > 0) {
      for (const [i, variable] of this.#metricVariables().entries()) {
        const value = state.metrics[i];
        if (value) assignHostArray(variable, value);
      }
    }
    for (const [i, callback] of this.#callbacks.entries()) {
      const saved = state.callbacks[i];
      if (saved) await callback.setState(saved);
    }
  }

  #metricVariables(): readonly Variable[] {
    return loggedMetrics(this.#model).flatMap(({ metric }) => metric.variables);
  }
}
