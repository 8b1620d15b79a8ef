import { type DataFormat, isChannelsFirst, type PartialShape } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { Dropout } from './dropout.ts';

/** Options of {@link SpatialDropout1D}. */
export interface SpatialDropoutConfig extends LayerConfig {
  /** The share of feature maps that are set to 0, from 0 to 1. */
  readonly rate: number;
  /** Makes the sequence of masks repeatable. @defaultValue drawn from the process-wide seed */
  readonly seed?: number | null;
}

/** Options of the spatial dropout layers that know where the channels stand. */
export interface SpatialDropoutImageConfig extends SpatialDropoutConfig {
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

/** The base of the layers that drop whole feature maps. */
export abstract class SpatialDropout extends Dropout {
  readonly #channelsFirst: boolean;

  /** @param rank of the input, with batch and channels */
  constructor(config: SpatialDropoutImageConfig, rank: number) {
    super(config);
    this.#channelsFirst = isChannelsFirst(new.target.className, config.dataFormat);
    this.inputSpec = { rank };
  }

  protected override noiseShapeOf(inputShape: readonly number[]): PartialShape {
    const channels = this.#channelsFirst ? 1 : inputShape.length - 1;
    return inputShape.map((dim, axis) => (axis === 0 || axis === channels ? dim : 1));
  }
}
