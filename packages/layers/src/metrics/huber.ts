import { Huber, type HuberConfig } from '../losses/huber.ts';
import { LossMetric } from './loss-metric.ts';

/**
 * The mean of the loss {@link Huber}, as a metric.
 *
 * @see Keras 3, `keras/src/metrics/__init__.py`, `huber`
 */
export const huber = <const Name extends string = 'huber'>({
  name = 'huber' as Name,
  ...config
}: Omit<HuberConfig, 'name' | 'reduction'> & { readonly name?: Name } = {}): LossMetric<Name> =>
  new LossMetric(new Huber(config), { name });
