import { type PartialShape, requireNumber, type Tensor } from '@capas/core';
import { leakyRelu as leakyReluFunction } from '../../activations/index.ts';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';

/** Options of {@link LeakyReLU}. */
export interface LeakyReLUConfig extends LayerConfig {
  /** The slope below 0, at least 0. @defaultValue 0.3 */
  readonly negativeSlope?: number;
}

const defaults = { negativeSlope: 0.3 } as const;

/**
 * `x` where positive, else `negativeSlope · x`.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `negativeSlope` is below 0
 * @see Keras 3, `keras/src/layers/activations/leaky_relu.py`
 * @example
 * new LeakyReLU({ negativeSlope: 0.5 }).apply([[-1, 2]]); // [[-0.5, 2]]
 */
export class LeakyReLU extends Layer<Resolved<LeakyReLUConfig, typeof defaults>> {
  static override readonly className = 'LeakyReLU';

  constructor(config: LeakyReLUConfig = {}) {
    super({ ...defaults, ...config });
    requireNumber('LeakyReLU', 'negativeSlope', this.config.negativeSlope, 0);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return leakyReluFunction(inputs, this.config);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** Short for `new LeakyReLU(config)`. */
export const leakyReLU = (config: LeakyReLUConfig = {}): LeakyReLU => new LeakyReLU(config);
