import { ArgumentError } from '@capas/core';
import type { Model } from '../models/model.ts';

/** The learning rate of the next step. */
export const learningRateOf = async (model: Model): Promise<number> =>
  (await model.optimizer.learningRate.value.data())[0]!;

/** Sets the learning rate. @param who the callback, for messages */
export function setLearningRate(who: string, model: Model, rate: number): void {
  if (model.optimizer.schedule) {
    throw new ArgumentError(
      who,
      'optimizer',
      'one whose learning rate is a number',
      model.optimizer.schedule,
      'Its schedule sets the rate; leave one of the two out.',
    );
  }
  model.optimizer.learningRate = rate;
}
