import { type PartialShape, requireNumber, type Tensor } from '@capas/core';
import { relu as reluFunction } from '../../activations/index.ts';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';

/** Options of {@link ReLU}. */
export interface ReLUConfig extends LayerConfig {
  /** Where it saturates, at least 0; `null`: nowhere. @defaultValue `null` */
  readonly maxValue?: number | null;
  /** The slope below the threshold, at least 0. @defaultValue 0 */
  readonly negativeSlope?: number;
  /** Below it the negative slope holds, at least 0. @defaultValue 0 */
  readonly threshold?: number;
}

const defaults = { maxValue: null, negativeSlope: 0, threshold: 0 } as const;

/**
 * `x` from `threshold` to `maxValue`, `maxValue` above, `negativeSlope · (x − threshold)` below.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if an option is below 0
 * @see Keras 3, `keras/src/layers/activations/relu.py`
 * @example
 * new ReLU({ maxValue: 6 }).apply([[-1, 2, 9]]); // [[0, 2, 6]]
 */
export class ReLU extends Layer<Resolved<ReLUConfig, typeof defaults>> {
  static override readonly className = 'ReLU';

  constructor(config: ReLUConfig = {}) {
    super({ ...defaults, ...config });
    const { maxValue, negativeSlope, threshold } = this.config;
    if (maxValue !== null) requireNumber('ReLU', 'maxValue', maxValue, 0);
    requireNumber('ReLU', 'negativeSlope', negativeSlope, 0);
    requireNumber('ReLU', 'threshold', threshold, 0);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return reluFunction(inputs, this.config);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** Short for `new ReLU(config)`. */
export const reLU = (config: ReLUConfig = {}): ReLU => new ReLU(config);
