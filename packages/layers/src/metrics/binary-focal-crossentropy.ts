import { BinaryFocalCrossentropy, type BinaryFocalCrossentropyConfig } from '../losses/binary-focal-crossentropy.ts';
import { LossMetric } from './loss-metric.ts';

/**
 * The mean of the loss {@link BinaryFocalCrossentropy}, as a metric.
 *
 * @see Keras 3, `keras/src/metrics/__init__.py`, `binary_focal_crossentropy`
 */
export const binaryFocalCrossentropy = <const Name extends string = 'binary_focal_crossentropy'>({
  name = 'binary_focal_crossentropy' as Name,
  ...config
}: Omit<BinaryFocalCrossentropyConfig, 'name' | 'reduction'> & { readonly name?: Name } = {}): LossMetric<Name> =>
  new LossMetric(new BinaryFocalCrossentropy(config), { name });
