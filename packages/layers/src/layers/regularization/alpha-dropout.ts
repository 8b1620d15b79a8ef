import { ops, type PartialShape, random, requireNumber, type SeedGenerator, type Tensor } from '@capas/core';
import { requireNoiseShape } from './dropout.ts';
import { Noise, type NoiseConfig } from './noise.ts';

/** Options of {@link AlphaDropout}. */
export interface AlphaDropoutConfig extends NoiseConfig {
  /** The share of elements that are dropped, from 0 to 1. */
  readonly rate: number;
  /** The shape of the mask, 1 where one decision holds for a whole axis and `null` where it follows the input. */
  readonly noiseShape?: PartialShape | null;
}

/**
 * Dropout for networks of `selu` units: while training, sets a random share `rate` of the elements to the lower limit of
 * selu, and scales and shifts all of them so that mean 0 and variance 1 stay what they are; else nothing.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `rate` is not from 0 to 1, or a size in `noiseShape` is none.
 * @see Keras 3, `keras/src/layers/regularization/alpha_dropout.py`
 * @example
 * new AlphaDropout({ rate: 0.1 }).apply(random.normal([2, 4]), { training: true });
 */
export class AlphaDropout extends Noise<AlphaDropoutConfig> {
  static override readonly className = 'AlphaDropout';

  constructor(config: AlphaDropoutConfig) {
    super(config, requireNumber('AlphaDropout', 'rate', config.rate, 0, 1));
    requireNoiseShape('AlphaDropout', config.noiseShape);
  }

  protected override disturb(inputs: Tensor, seed: SeedGenerator): Tensor {
    const { rate, noiseShape } = this.config;
    const shape = noiseShape?.map((dim, axis) => dim ?? inputs.shape[axis]!) ?? inputs.shape;
    const kept = ops.greaterEqual(random.uniform(shape, { seed }), rate);
    const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * LIMIT ** 2));
    const dropped = ops.where(kept, inputs, LIMIT);
    return ops.add(ops.multiply(dropped, scale), -scale * LIMIT * rate);
  }
}

/** What selu approaches for large negative numbers: `−alpha · scale`. */
const LIMIT = -1.6732632423543772 * 1.0507009873554805;

/** Short for `new AlphaDropout(config)`. */
export const alphaDropout = (config: AlphaDropoutConfig): AlphaDropout => new AlphaDropout(config);
