import { type PartialShape, requireNumber, type Tensor } from '@capas/core';
import { elu as eluFunction } from '../../activations/index.ts';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';

/** Options of {@link ELU}. */
export interface ELUConfig extends LayerConfig {
  /** What it approaches for large negative numbers is `−alpha`. @defaultValue 1 */
  readonly alpha?: number;
}

const defaults = { alpha: 1 } as const;

/**
 * `x` where positive, else `alpha · (e^x − 1)`.
 *
 * Shapes: the output has the shape of the input.
 *
 * @see Keras 3, `keras/src/layers/activations/elu.py`
 * @example
 * new ELU().apply([[-1, 2]]); // [[-0.632, 2]]
 */
export class ELU extends Layer<Resolved<ELUConfig, typeof defaults>> {
  static override readonly className = 'ELU';

  constructor(config: ELUConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('ELU', 'alpha', this.config.alpha);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return eluFunction(inputs, this.config);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** Short for `new ELU(config)`. */
export const elu = (config: ELUConfig = {}): ELU => new ELU(config);
