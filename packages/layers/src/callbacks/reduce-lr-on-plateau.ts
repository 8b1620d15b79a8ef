import { ArgumentError, requireInteger, requireNumber } from '@capas/core';
import type { Logs } from '../training/logs.ts';
import type { CallbackState } from '../training/training-run.ts';
import { Callback } from './callback.ts';
import { learningRateOf, setLearningRate } from './learning-rate.ts';
import { Monitor, type MonitorConfig } from './monitor.ts';

/** Options of {@link ReduceLROnPlateau}. `minDelta` is 0.0001 unless it is given. */
export interface ReduceLROnPlateauConfig extends MonitorConfig {
  /** What the learning rate is multiplied by, below 1. @defaultValue 0.1 */
  readonly factor?: number;
  /** Epochs without anything better before the rate is reduced. @defaultValue 10 */
  readonly patience?: number;
  /** Epochs after a reduction that do not count. @defaultValue 0 */
  readonly cooldown?: number;
  /** The rate is never reduced below this. @defaultValue 0 */
  readonly minLr?: number;
  /** 1: says what it sets. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/**
 * Reduces the learning rate when a log has not become better for `patience` epochs. The log `learning_rate` has the rate of
 * the epoch.
 *
 * @see Keras 3, `keras/src/callbacks/reduce_lr_on_plateau.py`
 */
export class ReduceLROnPlateau extends Callback {
  readonly config: Required<ReduceLROnPlateauConfig>;
  /** The best value seen. */
  best: number | undefined;
  readonly #monitor: Monitor;
  #wait = 0;
  #cooldown = 0;

  constructor(config: ReduceLROnPlateauConfig = {}) {
    super();
    const defaults = { monitor: 'val_loss', factor: 0.1, patience: 10, mode: 'auto', minDelta: 1e-4 } as const;
    this.config = Object.freeze({ ...defaults, cooldown: 0, minLr: 0, verbose: 0, ...config });
    const { factor, patience, cooldown, minLr } = this.config;
    if (!(factor < 1)) throw new ArgumentError('ReduceLROnPlateau', 'factor', 'a number below 1', factor);
    requireInteger('ReduceLROnPlateau', 'patience', patience, 0);
    requireInteger('ReduceLROnPlateau', 'cooldown', cooldown, 0);
    requireNumber('ReduceLROnPlateau', 'minLr', minLr, 0);
    this.#monitor = new Monitor('ReduceLROnPlateau', this.config);
  }

  override onTrainBegin(): void {
    this.best = undefined;
    this.#wait = 0;
    this.#cooldown = 0;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { patience, cooldown } = this.config;
    const rate = await learningRateOf(this.model);
    logs.learning_rate = rate;
    const value = this.#monitor.valueIn(logs);
    if (value === undefined) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.#monitor.isBetter(value, this.best)) {
      this.best = value;
      this.#wait = 0;
    } else if (this.#cooldown === 0) {
      this.#wait++;
      if (this.#wait < patience || !this.#reduce(epoch, rate)) return;
      this.#cooldown = cooldown;
      this.#wait = 0;
    }
  }

  override getState(): CallbackState {
    return { data: { wait: this.#wait, cooldown: this.#cooldown, best: this.best ?? null } };
  }

  override setState({ data }: CallbackState): void {
    const { wait, cooldown, best } = data as { wait: number; cooldown: number; best: number | null };
    this.#wait = wait;
    this.#cooldown = cooldown;
    this.best = best ?? undefined;
  }

  /** Whether there was anything to reduce. */
  #reduce(epoch: number, rate: number): boolean {
    const { factor, minLr, verbose } = this.config;
    if (rate <= Math.fround(minLr)) return false;
    const reduced = Math.max(rate * factor, minLr);
    setLearningRate('ReduceLROnPlateau', this.model, reduced);
    if (verbose) console.log(`\nEpoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${reduced}.`);
    return true;
  }
}

/** Short for `new ReduceLROnPlateau(config)`. */
export const reduceLROnPlateau = (config: ReduceLROnPlateauConfig = {}): ReduceLROnPlateau =>
  new ReduceLROnPlateau(config);
