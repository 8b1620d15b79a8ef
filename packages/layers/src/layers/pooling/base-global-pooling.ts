import { type DataFormat, isChannelsFirst, type PartialShape } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';

/** Options of the global pooling layers. */
export interface GlobalPoolingConfig extends LayerConfig {
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
  /** Whether the pooled axes stay, with size 1. @defaultValue `false` */
  readonly keepdims?: boolean;
}

const defaults = { keepdims: false } as const;

/** The base of the layers that pool all spatial axes away. */
export abstract class BaseGlobalPooling extends Layer<Resolved<GlobalPoolingConfig, typeof defaults>> {
  /** The axes that are pooled. */
  protected readonly axes: readonly number[];

  constructor(rank: number, config: GlobalPoolingConfig) {
    super({ ...defaults, ...config });
    const start = isChannelsFirst((this.constructor as typeof Layer).className, config.dataFormat) ? 2 : 1;
    this.axes = Array.from({ length: rank }, (_, i) => start + i);
    this.inputSpec = { rank: rank + 2 };
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.config.keepdims
      ? inputShape.map((dim, axis) => (this.axes.includes(axis) ? 1 : dim))
      : inputShape.filter((_, axis) => !this.axes.includes(axis));
  }
}
