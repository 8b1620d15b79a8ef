import { dispose, HostArray, hostToTensor, requireInteger, type Tensor } from '@capas/core';
import type { Logs } from '../training/logs.ts';
import type { CallbackState } from '../training/training-run.ts';
import { Callback } from './callback.ts';
import { Monitor, type MonitorConfig } from './monitor.ts';

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingConfig extends MonitorConfig {
  /** Epochs without anything better before training stops. @defaultValue 0 */
  readonly patience?: number;
  /** A value that must be reached to count as better at all. */
  readonly baseline?: number | null;
  /** Whether the weights of the best epoch are put back at the end. @defaultValue `false` */
  readonly restoreBestWeights?: boolean;
  /** The first epoch (from 0) that is watched. @defaultValue 0 */
  readonly startFromEpoch?: number;
  /** 1: says when it stops. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/**
 * Stops training when a log has not become better for `patience` epochs.
 *
 * @see Keras 3, `keras/src/callbacks/early_stopping.py`
 */
export class EarlyStopping extends Callback {
  readonly config: Required<EarlyStoppingConfig>;
  /** The epoch in which training was stopped; 0 if it was not. */
  stoppedEpoch = 0;
  /** The epoch with the best value. */
  bestEpoch = 0;
  /** The best value seen. */
  best: number | undefined;
  readonly #monitor: Monitor;
  #wait = 0;
  #bestWeights: Tensor[] | undefined;

  constructor(config: EarlyStoppingConfig = {}) {
    super();
    requireInteger('EarlyStopping', 'patience', config.patience ?? 0, 0);
    requireInteger('EarlyStopping', 'startFromEpoch', config.startFromEpoch ?? 0, 0);
    this.config = Object.freeze({
      monitor: 'val_loss',
      minDelta: 0,
      patience: 0,
      mode: 'auto',
      baseline: null,
      restoreBestWeights: false,
      startFromEpoch: 0,
      verbose: 0,
      ...config,
    });
    this.#monitor = new Monitor('EarlyStopping', this.config);
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.best = undefined;
    this.#forgetWeights();
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { patience, baseline, restoreBestWeights, startFromEpoch } = this.config;
    const value = this.#monitor.valueIn(logs);
    if (value === undefined) return;
    if (epoch < startFromEpoch) return;
    if (restoreBestWeights && !this.#bestWeights) this.#rememberWeights(epoch);
    this.#wait++;
    if (this.#monitor.isBetter(value, this.best)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.#rememberWeights(epoch);
      // the patience starts anew only with a value that beats the baseline, too
      if (baseline === null || this.#monitor.isBetter(value, baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    const { verbose } = this.config;
    if (this.stoppedEpoch > 0 && verbose) console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (this.#bestWeights) {
      if (verbose) console.log(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
      this.model.setWeights(this.#bestWeights);
    }
    this.#forgetWeights();
  }

  override release(): void {
    this.#forgetWeights();
  }

  override async getState(): Promise<CallbackState> {
    const { stoppedEpoch, bestEpoch, best = null } = this;
    const weights = await Promise.all((this.#bestWeights ?? []).map(hostCopy));
    return { data: { wait: this.#wait, stoppedEpoch, bestEpoch, best }, arrays: weights };
  }

  override setState({ data, arrays = [] }: CallbackState): void {
    const saved = data as { wait: number; stoppedEpoch: number; bestEpoch: number; best: number | null };
    this.#wait = saved.wait;
    this.stoppedEpoch = saved.stoppedEpoch;
    this.bestEpoch = saved.bestEpoch;
    this.best = saved.best ?? undefined;
    this.#forgetWeights();
    if (arrays.length > 0) this.#bestWeights = arrays.map((array) => hostToTensor(array));
  }

  #rememberWeights(epoch: number): void {
    this.#forgetWeights();
    this.#bestWeights = this.model.getWeights();
    this.bestEpoch = epoch;
  }

  #forgetWeights(): void {
    if (this.#bestWeights) dispose(this.#bestWeights);
    this.#bestWeights = undefined;
  }
}

const hostCopy = async (tensor: Tensor): Promise<HostArray> =>
  new HostArray((await tensor.data()).slice() as Float32Array, tensor.shape);

/** Short for `new EarlyStopping(config)`. */
export const earlyStopping = (config: EarlyStoppingConfig = {}): EarlyStopping => new EarlyStopping(config);
