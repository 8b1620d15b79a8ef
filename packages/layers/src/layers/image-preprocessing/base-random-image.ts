import { SeedGenerator } from '@capas/core';
import { BaseImagePreprocessingLayer, type ImagePreprocessingConfig } from './base-image-preprocessing.ts';

/** Options of layers that change images at random. */
export interface RandomImageConfig extends ImagePreprocessingConfig {
  /** Makes the sequence of changes repeatable. @defaultValue drawn from the process-wide seed */
  readonly seed?: number | null;
}

/** The base of the layers that draw for each image what is done to it, while training. */
export abstract class BaseRandomImageLayer<
  Config extends RandomImageConfig = RandomImageConfig,
  Transformation = undefined,
> extends BaseImagePreprocessingLayer<Config, Transformation> {
  readonly #seeds: SeedGenerator;

  constructor(config: Config) {
    super({ ...config, seed: config.seed ?? null });
    this.#seeds = new SeedGenerator(config.seed ?? undefined);
  }

  protected override get seeds(): SeedGenerator {
    return this.#seeds;
  }

  override dispose(): void {
    this.#seeds.dispose();
    super.dispose();
  }
}
