import { random, requireNumber, type SeedGenerator, type Shape, type Tensor } from '@capas/core';
import { RandomInitializer, type SeedConfig } from './random-initializer.ts';

/** Options of {@link RandomNormal}. */
export interface RandomNormalConfig extends SeedConfig {
  /** @defaultValue 0 */
  readonly mean?: number;
  /** @defaultValue 0.05 */
  readonly stddev?: number;
}

/** Normally distributed values. */
export class RandomNormal extends RandomInitializer<RandomNormalConfig & { mean: number; stddev: number }> {
  static override readonly className = 'RandomNormal';

  constructor(config: RandomNormalConfig = {}) {
    super({
      mean: requireNumber('RandomNormal', 'mean', config.mean ?? 0),
      stddev: requireNumber('RandomNormal', 'stddev', config.stddev ?? 0.05, 0),
      seed: config.seed ?? null,
    });
  }

  protected override draw(shape: Shape, seed: number | SeedGenerator): Tensor {
    const { mean, stddev } = this.config;
    return random.normal(shape, { mean, stddev, seed });
  }
}

/** Makes a {@link RandomNormal} initializer. */
export const randomNormal = (config: RandomNormalConfig = {}): RandomNormal => new RandomNormal(config);
