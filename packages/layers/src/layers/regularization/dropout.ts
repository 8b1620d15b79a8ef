import { type PartialShape, random, requireNumber, SeedGenerator, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig } from '../../layer-config.ts';

/** Options of {@link Dropout}. */
export interface DropoutConfig extends LayerConfig {
  /** The share of elements that are set to 0, from 0 to 1. */
  readonly rate: number;
  /** The shape of the mask, 1 where one decision holds for a whole axis and `null` where it follows the input. */
  readonly noiseShape?: PartialShape | null;
  /** Makes the sequence of masks repeatable. @defaultValue drawn from the process-wide seed */
  readonly seed?: number | null;
}

/**
 * While training, sets a random share `rate` of the elements to 0 and scales the others by `1 / (1 − rate)`; else nothing.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `rate` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/regularization/dropout.py`
 * @example
 * new Dropout({ rate: 0.5 }).apply(ops.ones([2, 4]), { training: true }); // zeros and twos
 */
export class Dropout extends Layer<DropoutConfig> {
  static override readonly className = 'Dropout';
  readonly #seeds: SeedGenerator | undefined;

  constructor(config: DropoutConfig) {
    super(config);
    requireNumber('Dropout', 'rate', config.rate, 0, 1);
    if (config.rate > 0) this.#seeds = new SeedGenerator(config.seed ?? undefined);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor, { training }: CallOptions): Tensor {
    if (!training || !this.#seeds) return inputs;
    return random.dropout(inputs, this.config.rate, {
      noiseShape: this.config.noiseShape ?? undefined,
      seed: this.#seeds,
    });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }

  override dispose(): void {
    this.#seeds?.dispose();
    super.dispose();
  }
}

/** Short for `new Dropout(config)`. */
export const dropout = (config: DropoutConfig): Dropout => new Dropout(config);
