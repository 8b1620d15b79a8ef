import { random, requireNumber, type SeedGenerator, type Shape, type Tensor } from '@capas/core';
import { RandomInitializer, type SeedConfig } from './random-initializer.ts';

/** Options of {@link RandomUniform}. */
export interface RandomUniformConfig extends SeedConfig {
  /** @defaultValue -0.05 */
  readonly minval?: number;
  /** @defaultValue 0.05 */
  readonly maxval?: number;
}

/** Uniformly distributed values in `[minval, maxval)`. */
export class RandomUniform extends RandomInitializer<RandomUniformConfig & { minval: number; maxval: number }> {
  static override readonly className = 'RandomUniform';

  constructor(config: RandomUniformConfig = {}) {
    super({
      minval: requireNumber('RandomUniform', 'minval', config.minval ?? -0.05),
      maxval: requireNumber('RandomUniform', 'maxval', config.maxval ?? 0.05),
      seed: config.seed ?? null,
    });
  }

  protected override draw(shape: Shape, seed: number | SeedGenerator): Tensor {
    const { minval, maxval } = this.config;
    return random.uniform(shape, { minval, maxval, seed });
  }
}

/** Makes a {@link RandomUniform} initializer. */
export const randomUniform = (config: RandomUniformConfig = {}): RandomUniform => new RandomUniform(config);
