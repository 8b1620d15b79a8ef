import { type DataFormat, type DType, isChannelsFirst, ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { type Padding, paddingOf, spatialList, windowCount } from '../window.ts';

/** Options of the pooling layers. */
export interface PoolingConfig extends LayerConfig {
  /** The size of the window: one number for all spatial axes, or one each. @defaultValue 2 */
  readonly poolSize?: number | readonly number[];
  /** The step of the window. @defaultValue `poolSize` */
  readonly strides?: number | readonly number[] | null;
  /** @defaultValue `'valid'` */
  readonly padding?: Padding;
  /** @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

const defaults = { poolSize: 2, padding: 'valid' } as const;

/**
 * The pooling in any number of spatial dimensions.
 *
 * @see Keras 3, `keras/src/layers/pooling/base_pooling.py`
 */
export abstract class BasePooling extends Layer<Resolved<PoolingConfig, typeof defaults>> {
  readonly #op: 'maxPool' | 'averagePool';
  readonly #poolSize: readonly number[];
  readonly #strides: readonly number[];
  readonly #padding: Padding;
  readonly #channelsFirst: boolean;

  constructor(op: 'maxPool' | 'averagePool', rank: number, config: PoolingConfig) {
    super({ ...defaults, ...config });
    const { className } = this.constructor as typeof Layer;
    this.#op = op;
    this.#poolSize = spatialList(className, 'poolSize', this.config.poolSize, rank);
    this.#strides = spatialList(className, 'strides', config.strides ?? this.config.poolSize, rank);
    this.#padding = paddingOf(className, this.config.padding);
    this.#channelsFirst = isChannelsFirst(className, config.dataFormat);
    this.inputSpec = { rank: rank + 2 };
  }

  override call(inputs: Tensor): Tensor {
    this.computeOutputShape(inputs.shape); // refuses an image that is smaller than the window
    return ops[this.#op](inputs, this.#poolSize, {
      strides: this.#strides,
      padding: this.#padding,
      dataFormat: this.#channelsFirst ? 'channelsFirst' : 'channelsLast',
    });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const start = this.#channelsFirst ? 2 : 1;
    return inputShape.map((length, axis) => {
      const i = axis - start;
      if (i < 0 || i >= this.#poolSize.length) return length;
      return windowCount(`Layer '${this.name}'`, length, {
        size: this.#poolSize[i]!,
        stride: this.#strides[i]!,
        padding: this.#padding,
      });
    });
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return this.#op === 'maxPool' ? dtype! : 'float32';
  }
}
