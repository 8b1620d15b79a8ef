import { ArgumentError, type PartialShape, random, requireNumber, type SeedGenerator, type Tensor } from '@capas/core';
import { Noise, type NoiseConfig } from './noise.ts';

/** Options of {@link Dropout}. */
export interface DropoutConfig extends NoiseConfig {
  /** The share of elements that are set to 0, from 0 to 1. */
  readonly rate: number;
  /** The shape of the mask, 1 where one decision holds for a whole axis and `null` where it follows the input. */
  readonly noiseShape?: PartialShape | null;
}

/**
 * While training, sets a random share `rate` of the elements to 0 and scales the others by `1 / (1 − rate)`; else nothing.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `rate` is not from 0 to 1, or a size in `noiseShape` is none.
 * @see Keras 3, `keras/src/layers/regularization/dropout.py`
 * @example
 * new Dropout({ rate: 0.5 }).apply(ops.ones([2, 4]), { training: true }); // zeros and twos
 */
export class Dropout extends Noise<DropoutConfig> {
  static override readonly className: string = 'Dropout';

  constructor(config: DropoutConfig) {
    requireNumber(new.target.className, 'rate', config.rate, 0, 1);
    requireNoiseShape(new.target.className, config.noiseShape);
    super(config, config.rate);
  }

  /** The shape of the mask for an input of this shape. */
  protected noiseShapeOf(_inputShape: readonly number[]): PartialShape | undefined {
    return this.config.noiseShape ?? undefined;
  }

  protected override disturb(inputs: Tensor, seed: SeedGenerator): Tensor {
    return random.dropout(inputs, this.config.rate, { noiseShape: this.noiseShapeOf(inputs.shape), seed });
  }
}

/** Short for `new Dropout(config)`. */
export const dropout = (config: DropoutConfig): Dropout => new Dropout(config);

/** Throws unless a `noiseShape` is a list of sizes above 0 and nulls, or not given. */
export function requireNoiseShape(who: string, shape: unknown): void {
  const isSize = (dim: unknown): boolean => dim === null || (Number.isInteger(dim) && (dim as number) > 0);
  if (shape === undefined || shape === null || (Array.isArray(shape) && shape.every(isSize))) return;
  throw new ArgumentError(who, 'noiseShape', 'a list of sizes above 0 or nulls', shape);
}
