import { type PartialShape, SeedGenerator, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig } from '../../layer-config.ts';

/** Options of the layers that are random while training. */
export interface NoiseConfig extends LayerConfig {
  /** Makes the sequence of random numbers repeatable. @defaultValue drawn from the process-wide seed */
  readonly seed?: number | null;
}

/** The base of the layers that change their input at random while training, and pass it on otherwise. */
export abstract class Noise<Config extends NoiseConfig> extends Layer<Config> {
  readonly #seeds: SeedGenerator | undefined;

  /** @param strength how much is changed; with 0 nothing is, and no random numbers are drawn */
  constructor(config: Config, strength: number) {
    super(config);
    if (strength > 0) this.#seeds = new SeedGenerator(config.seed ?? undefined);
    this.supportsMasking = true;
  }

  /** The input as it is while training. */
  protected abstract disturb(inputs: Tensor, seed: SeedGenerator): Tensor;

  override call(inputs: Tensor, { training }: CallOptions): Tensor {
    return training && this.#seeds ? this.disturb(inputs, this.#seeds) : inputs;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }

  override dispose(): void {
    this.#seeds?.dispose();
    super.dispose();
  }
}
