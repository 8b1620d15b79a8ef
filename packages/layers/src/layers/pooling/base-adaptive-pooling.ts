import { type DataFormat, isChannelsFirst, ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';
import { spatialList } from '../window.ts';

/** Options of the adaptive pooling layers. */
export interface AdaptivePoolingConfig extends LayerConfig {
  /** The size of the output: one number for all spatial axes, or one each. */
  readonly outputSize: number | readonly number[];
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

/**
 * The pooling to a given size in any number of spatial dimensions: window `i` of `n` goes from `⌊i · length / n⌋` to
 * `⌈(i + 1) · length / n⌉`.
 *
 * @see Keras 3, `keras/src/layers/pooling/base_adaptive_pooling.py`
 */
export abstract class BaseAdaptivePooling extends Layer<AdaptivePoolingConfig> {
  readonly #op: 'adaptiveMaxPool' | 'adaptiveAveragePool';
  readonly #outputSize: readonly number[];
  readonly #channelsFirst: boolean;

  constructor(op: 'adaptiveMaxPool' | 'adaptiveAveragePool', rank: number, config: AdaptivePoolingConfig) {
    super(config);
    const { className } = this.constructor as typeof Layer;
    this.#op = op;
    this.#outputSize = spatialList(className, 'outputSize', config.outputSize, rank);
    this.#channelsFirst = isChannelsFirst(className, config.dataFormat);
    this.inputSpec = { rank: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    return ops[this.#op](inputs, this.#outputSize, { dataFormat: this.config.dataFormat ?? null });
  }

  override computeOutputShape([batch, ...rest]: PartialShape): PartialShape {
    return this.#channelsFirst ? [batch!, rest[0]!, ...this.#outputSize] : [batch!, ...this.#outputSize, rest.at(-1)!];
  }
}
