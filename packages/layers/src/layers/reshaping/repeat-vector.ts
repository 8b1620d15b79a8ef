import { type DType, ops, type PartialShape, requirePositiveInteger, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';

/** Options of {@link RepeatVector}. */
export interface RepeatVectorConfig extends LayerConfig {
  /** The number of copies. */
  readonly n: number;
}

/**
 * Repeats the vector of each sample as time steps.
 *
 * Shapes: inputs `[batch, features]` → output `[batch, n, features]`.
 *
 * @see Keras 3, `keras/src/layers/reshaping/repeat_vector.py`
 * @example
 * new RepeatVector({ n: 3 }).apply(ops.ones([8, 32])).shape; // [8, 3, 32]
 */
export class RepeatVector extends Layer<RepeatVectorConfig> {
  static override readonly className = 'RepeatVector';

  constructor(config: RepeatVectorConfig) {
    super(config);
    requirePositiveInteger('RepeatVector', 'n', config.n);
    this.inputSpec = { rank: 2 };
  }

  override call(inputs: Tensor): Tensor {
    return ops.repeat(ops.expandDims(inputs, 1), this.config.n, { axis: 1 });
  }

  override computeOutputShape([batch, features]: PartialShape): PartialShape {
    return [batch!, this.config.n, features!];
  }

  override outputDType([dtype]: readonly DType[]): DType {
    return dtype!;
  }
}

/** Short for `new RepeatVector(config)`. */
export const repeatVector = (config: RepeatVectorConfig): RepeatVector => new RepeatVector(config);
