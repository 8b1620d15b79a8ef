import { dispose, noticeOnce, requireInteger, requireNumber, requireOneOf, type Tensor } from '@capas/core';
import { isGain } from '../training/history.ts';
import type { Logs } from '../training/logs.ts';
import { Callback } from './callback.ts';

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingConfig {
  /** The log to watch. @defaultValue `'val_loss'` */
  readonly monitor?: string;
  /** A change counts as better only if it is larger than this. @defaultValue 0 */
  readonly minDelta?: number;
  /** Epochs without anything better before training stops. @defaultValue 0 */
  readonly patience?: number;
  /** Whether smaller or larger is better; `'auto'` decides by the name. @defaultValue `'auto'` */
  readonly mode?: 'auto' | 'min' | 'max';
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
  #wait = 0;
  #bestWeights: Tensor[] | undefined;

  constructor(config: EarlyStoppingConfig = {}) {
    super();
    requireNumber('EarlyStopping', 'minDelta', config.minDelta ?? 0);
    requireInteger('EarlyStopping', 'patience', config.patience ?? 0, 0);
    requireInteger('EarlyStopping', 'startFromEpoch', config.startFromEpoch ?? 0, 0);
    requireOneOf('EarlyStopping', 'mode', config.mode ?? 'auto', ['auto', 'min', 'max']);
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
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.best = undefined;
    this.#forgetWeights();
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { monitor, patience, baseline, restoreBestWeights, startFromEpoch } = this.config;
    const value = logs[monitor];
    if (value === undefined) {
      noticeOnce(`EarlyStopping watches '${monitor}', which is not among the logs: ${Object.keys(logs).join(', ')}.`);
      return;
    }
    if (epoch < startFromEpoch) return;
    if (restoreBestWeights && !this.#bestWeights) this.#rememberWeights(epoch);
    this.#wait++;
    if (this.#isBetter(value, this.best)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.#rememberWeights(epoch);
      // the patience starts anew only with a value that beats the baseline, too
      if (baseline === null || this.#isBetter(value, baseline)) this.#wait = 0;
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

  #isBetter(value: number, reference: number | undefined): boolean {
    if (reference === undefined) return true;
    const { mode, monitor, minDelta } = this.config;
    const larger = mode === 'max' || (mode === 'auto' && isGain(monitor));
    return larger ? value - Math.abs(minDelta) > reference : value + Math.abs(minDelta) < reference;
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

/** Short for `new EarlyStopping(config)`. */
export const earlyStopping = (config: EarlyStoppingConfig = {}): EarlyStopping => new EarlyStopping(config);
