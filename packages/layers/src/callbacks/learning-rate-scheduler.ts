import { ArgumentError } from '@capas/core';
import type { Logs } from '../training/logs.ts';
import { Callback } from './callback.ts';
import { learningRateOf, setLearningRate } from './learning-rate.ts';

/** Options of {@link LearningRateScheduler}. */
export interface LearningRateSchedulerConfig {
  /** The learning rate of an epoch (from 0), from the one before. */
  readonly schedule: (epoch: number, learningRate: number) => number;
  /** 1: says what it sets. @defaultValue 0 */
  readonly verbose?: 0 | 1;
}

/**
 * Sets the learning rate at the beginning of each epoch. The log `learning_rate` has it.
 *
 * @see Keras 3, `keras/src/callbacks/learning_rate_scheduler.py`
 * @example
 * learningRateScheduler({ schedule: (epoch, rate) => (epoch < 10 ? rate : rate * Math.exp(-0.1)) });
 */
export class LearningRateScheduler extends Callback {
  readonly config: Required<LearningRateSchedulerConfig>;

  constructor(config: LearningRateSchedulerConfig) {
    super();
    this.config = Object.freeze({ verbose: 0, ...config });
  }

  override async onEpochBegin(epoch: number): Promise<void> {
    const { schedule, verbose } = this.config;
    const rate = schedule(epoch, await learningRateOf(this.model));
    if (!(Number.isFinite(rate) && rate >= 0))
      throw new ArgumentError('LearningRateScheduler', 'schedule', 'a function to a number, 0 or more', rate);
    setLearningRate('LearningRateScheduler', this.model, rate);
    if (verbose) console.log(`\nEpoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.`);
  }

  override async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    logs.learning_rate = await learningRateOf(this.model);
  }
}

/** Short for `new LearningRateScheduler(config)`. */
export const learningRateScheduler = (config: LearningRateSchedulerConfig): LearningRateScheduler =>
  new LearningRateScheduler(config);
