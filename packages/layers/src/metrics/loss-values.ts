import { ops } from '@capas/core';
import type { Loss } from '../losses/loss.ts';
import type { MetricFunction } from './mean-metric-wrapper.ts';

/** What a loss says of each sample, as a metric's function. */
export const lossValues =
  (loss: Pick<Loss, 'call'>): MetricFunction =>
  (yTrue, yPred) =>
    loss.call(ops.cast(yTrue, 'float32'), yPred);
