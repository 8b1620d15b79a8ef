import { type DataFormat, type DType, isChannelsFirst, ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';

/** Options of {@link Flatten}. */
export interface FlattenConfig extends LayerConfig {
  /** `'channelsFirst'` moves the channels to the end first. @defaultValue `'channelsLast'` */
  readonly dataFormat?: DataFormat | null;
}

/**
 * Makes one row of each sample.
 *
 * Shapes: inputs `[batch, …]` → output `[batch, product of the rest]`; `[batch]` → `[batch, 1]`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/flatten.py`
 * @example
 * new Flatten().apply(ops.ones([8, 28, 28])).shape; // [8, 784]
 */
export class Flatten extends Layer<FlattenConfig> {
  static override readonly className = 'Flatten';
  readonly #channelsFirst: boolean;

  constructor(config: FlattenConfig = {}) {
    super(config);
    this.#channelsFirst = isChannelsFirst('Flatten', config.dataFormat);
    this.inputSpec = { minRank: 1 };
  }

  override call(inputs: Tensor): Tensor {
    const [, ...rest] = inputs.shape.map((_, axis) => axis);
    const ordered =
      this.#channelsFirst && inputs.rank > 2 ? ops.transpose(inputs, { axes: [0, ...rest.slice(1), 1] }) : inputs;
    return ops.reshape(ordered, [inputs.shape[0]!, inputs.size / Math.max(1, inputs.shape[0]!)]);
  }

  override computeOutputShape([batch, ...rest]: PartialShape): PartialShape {
    return [batch!, rest.includes(null) ? null : rest.reduce<number>((product, dim) => product * dim!, 1)];
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}

/** Short for `new Flatten(config)`. */
export const flatten = (config: FlattenConfig = {}): Flatten => new Flatten(config);
