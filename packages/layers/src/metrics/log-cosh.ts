import { LogCosh } from '../losses/log-cosh.ts';
import type { LossConfig } from '../losses/loss.ts';
import { LossMetric } from './loss-metric.ts';

/**
 * The mean of the loss {@link LogCosh}, as a metric.
 *
 * @see Keras 3, `keras/src/metrics/__init__.py`, `log_cosh`
 */
export const logCosh = <const Name extends string = 'log_cosh'>({
  name = 'log_cosh' as Name,
  ...config
}: Omit<LossConfig, 'name' | 'reduction'> & { readonly name?: Name } = {}): LossMetric<Name> =>
  new LossMetric(new LogCosh(config), { name });
