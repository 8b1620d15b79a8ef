import { ops, random, requireNumber, type SeedGenerator, type Tensor } from '@capas/core';
import { Noise, type NoiseConfig } from './noise.ts';

/** Options of {@link GaussianDropout}. */
export interface GaussianDropoutConfig extends NoiseConfig {
  /** As the rate of dropout, from 0 to 1: the noise has the standard deviation `√(rate / (1 − rate))`. */
  readonly rate: number;
}

/**
 * While training, multiplies by normally distributed noise of mean 1; else nothing.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `rate` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/regularization/gaussian_dropout.py`
 * @example
 * new GaussianDropout({ rate: 0.5 }).apply(ops.ones([2, 4]), { training: true });
 */
export class GaussianDropout extends Noise<GaussianDropoutConfig> {
  static override readonly className = 'GaussianDropout';

  constructor(config: GaussianDropoutConfig) {
    super(config, requireNumber('GaussianDropout', 'rate', config.rate, 0, 1));
  }

  protected override disturb(inputs: Tensor, seed: SeedGenerator): Tensor {
    const { rate } = this.config;
    return ops.multiply(inputs, random.normal(inputs.shape, { mean: 1, stddev: Math.sqrt(rate / (1 - rate)), seed }));
  }
}

/** Short for `new GaussianDropout(config)`. */
export const gaussianDropout = (config: GaussianDropoutConfig): GaussianDropout => new GaussianDropout(config);
