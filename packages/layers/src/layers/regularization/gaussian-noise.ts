import { ops, random, requireNumber, type SeedGenerator, type Tensor } from '@capas/core';
import { Noise, type NoiseConfig } from './noise.ts';

/** Options of {@link GaussianNoise}. */
export interface GaussianNoiseConfig extends NoiseConfig {
  /** The standard deviation of the noise, from 0 to 1. */
  readonly stddev: number;
}

/**
 * While training, adds normally distributed noise of mean 0; else nothing.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `stddev` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/regularization/gaussian_noise.py`
 * @example
 * new GaussianNoise({ stddev: 0.1 }).apply(ops.zeros([2, 4]), { training: true });
 */
export class GaussianNoise extends Noise<GaussianNoiseConfig> {
  static override readonly className = 'GaussianNoise';

  constructor(config: GaussianNoiseConfig) {
    super(config, requireNumber('GaussianNoise', 'stddev', config.stddev, 0, 1));
  }

  protected override disturb(inputs: Tensor, seed: SeedGenerator): Tensor {
    return ops.add(inputs, random.normal(inputs.shape, { stddev: this.config.stddev, seed }));
  }
}

/** Short for `new GaussianNoise(config)`. */
export const gaussianNoise = (config: GaussianNoiseConfig): GaussianNoise => new GaussianNoise(config);
