import { ops, type PartialShape, requireNumber, type Tensor, type TensorLike } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';
import { attachMask } from '../../masking.ts';

/** Options of {@link Masking}. */
export interface MaskingConfig extends LayerConfig {
  /** A time step whose features are all equal to it is masked; a list: one value for each feature. @defaultValue 0 */
  readonly maskValue?: number | readonly number[];
}

const defaults = { maskValue: 0 } as const;

/**
 * Masks the time steps whose features are all `maskValue`: the layers that follow skip them. Their features become 0.
 *
 * Shapes: inputs `[...batch, steps, features]` → the same; mask `[...batch, steps]`, true where a step counts.
 *
 * @see Keras 3, `keras/src/layers/core/masking.py`
 * @example
 * new Masking({ maskValue: -1 }).apply([[[1, 2], [-1, -1]]]); // [[[1, 2], [0, 0]]], mask [[true, false]]
 */
export class Masking extends Layer<Resolved<MaskingConfig, typeof defaults>> {
  static override readonly className = 'Masking';

  constructor(config: MaskingConfig = {}) {
    super({ ...defaults, ...config });
    for (const value of [this.config.maskValue].flat()) requireNumber('Masking', 'maskValue', value);
    this.supportsMasking = true;
    this.inputSpec = { minRank: 1 };
  }

  get #value(): TensorLike {
    return this.config.maskValue as TensorLike;
  }

  override call(inputs: Tensor): Tensor {
    const counts = ops.any(ops.notEqual(inputs, this.#value), { axis: -1, keepdims: true });
    const outputs = ops.where(counts, inputs, ops.zerosLike(inputs));
    attachMask(outputs, ops.squeeze(counts, { axis: -1 }));
    return outputs;
  }

  override computeMask(inputs: Tensor): Tensor {
    return ops.any(ops.notEqual(inputs, this.#value), { axis: -1 });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** Short for `new Masking(config)`. */
export const masking = (config: MaskingConfig = {}): Masking => new Masking(config);
