import { random, requireNumber, type SeedGenerator, type Shape, type Tensor } from '@capas/core';
import { RandomInitializer, type SeedConfig } from './random-initializer.ts';

/** Options of {@link TruncatedNormal}. */
export interface TruncatedNormalConfig extends SeedConfig {
  /** @defaultValue 0 */
  readonly mean?: number;
  /** @defaultValue 0.05 */
  readonly stddev?: number;
}

/** Normally distributed values, none further than two standard deviations from the mean. */
export class TruncatedNormal extends RandomInitializer<TruncatedNormalConfig & { mean: number; stddev: number }> {
  static override readonly className = 'TruncatedNormal';

  constructor(config: TruncatedNormalConfig = {}) {
    super({
      mean: requireNumber('TruncatedNormal', 'mean', config.mean ?? 0),
      stddev: requireNumber('TruncatedNormal', 'stddev', config.stddev ?? 0.05, 0),
      seed: config.seed ?? null,
    });
  }

  protected override draw(shape: Shape, seed: number | SeedGenerator): Tensor {
    const { mean, stddev } = this.config;
    return random.truncatedNormal(shape, { mean, stddev, seed });
  }
}

/** Makes a {@link TruncatedNormal} initializer. */
export const truncatedNormal = (config: TruncatedNormalConfig = {}): TruncatedNormal => new TruncatedNormal(config);
