import { ops, random, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomProjection, mapsOf, type ProjectionConfig, projectionDefaults } from './base-random-projection.ts';
import { signs } from './draws.ts';
import { type Factor, type Pair, symmetricFactor } from './factor.ts';

/** Options of {@link RandomShear}. */
export interface RandomShearConfig extends ProjectionConfig {
  /** Bounds of how far rows move per row, to either side. @defaultValue 0 */
  readonly xFactor?: Factor;
  /** Bounds of how far columns move per column, up or down. @defaultValue 0 */
  readonly yFactor?: Factor;
}

const defaults = { xFactor: 0, yFactor: 0 } as const;

/**
 * While training, shears each image: rows move sideways, and columns up or down, the more the farther from the first one.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if a factor is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_shear.py`
 * @example
 * new RandomShear({ xFactor: 0.3 }).apply(images, { training: true });
 */
export class RandomShear extends BaseRandomProjection<
  Resolved<RandomShearConfig, typeof defaults & typeof projectionDefaults>
> {
  static override readonly className = 'RandomShear';
  readonly #x: Pair;
  readonly #y: Pair;

  constructor(config: RandomShearConfig = {}) {
    const given = { ...projectionDefaults, ...defaults, ...config };
    const [xFactor, yFactor] = [asGiven(given.xFactor), asGiven(given.yFactor)];
    super({ ...given, xFactor, yFactor });
    this.#x = symmetricFactor('RandomShear', 'xFactor', xFactor, { low: 0, high: 1 });
    this.#y = symmetricFactor('RandomShear', 'yFactor', yFactor, { low: 0, high: 1 });
  }

  override getRandomTransformation({ batch }: ImagesShape, seeds: SeedGenerator): Tensor {
    const sign = signs([batch, 1], seeds);
    const draw = ([minval, maxval]: Pair): Tensor =>
      ops.multiply(random.uniform([batch, 1], { minval, maxval, seed: seeds }), sign);
    const y = draw(this.#y);
    return mapsOf([1, draw(this.#x), 0, y, 1, 0, 0, 0]);
  }
}

/** Keras writes the number f as the pair from −f to f into files, and does not read that. */
const asGiven = (factor: Factor): Factor =>
  Array.isArray(factor) && factor[0] < 0 && factor[0] === -factor[1] ? (factor[1] as number) : factor;

/** Short for `new RandomShear(config)`. */
export const randomShear = (config: RandomShearConfig = {}): RandomShear => new RandomShear(config);
