import {
  CategoricalFocalCrossentropy,
  type CategoricalFocalCrossentropyConfig,
} from '../losses/categorical-focal-crossentropy.ts';
import { LossMetric } from './loss-metric.ts';

/**
 * The mean of the loss {@link CategoricalFocalCrossentropy}, as a metric.
 *
 * @see Keras 3, `keras/src/metrics/__init__.py`, `categorical_focal_crossentropy`
 */
export const categoricalFocalCrossentropy = <const Name extends string = 'categorical_focal_crossentropy'>({
  name = 'categorical_focal_crossentropy' as Name,
  ...config
}: Omit<CategoricalFocalCrossentropyConfig, 'name' | 'reduction'> & { readonly name?: Name } = {}): LossMetric<Name> =>
  new LossMetric(new CategoricalFocalCrossentropy(config), { name });
