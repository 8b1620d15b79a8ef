import { ArgumentError, ops, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { LayerConfig, Resolved } from '../../layer-config.ts';

/** Options of {@link Rescaling}. */
export interface RescalingConfig extends LayerConfig {
  /** What inputs are multiplied by; a list for one value per channel. */
  readonly scale: number | readonly number[];
  /** What is added afterwards. @defaultValue 0 */
  readonly offset?: number | readonly number[];
}

const defaults = { offset: 0 } as const;

/**
 * Rescales inputs: `inputs · scale + offset`, as float32.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `scale` or `offset` is neither a number nor a list of numbers.
 * @see Keras 3, `keras/src/layers/preprocessing/rescaling.py`
 * @example
 * new Rescaling({ scale: 1 / 255 }).apply(images); // bytes to 0…1
 */
export class Rescaling extends Layer<Resolved<RescalingConfig, typeof defaults>> {
  static override readonly className = 'Rescaling';

  constructor(config: RescalingConfig) {
    super({ ...defaults, ...config });
    requireNumbers('scale', config.scale);
    requireNumbers('offset', this.config.offset);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    const { scale, offset } = this.config;
    return ops.add(ops.multiply(ops.cast(inputs, 'float32'), scale), offset);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

function requireNumbers(argument: string, value: unknown): void {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every(Number.isFinite))
    throw new ArgumentError('Rescaling', argument, 'a number or a list of numbers', value);
}

/** Short for `new Rescaling(config)`. */
export const rescaling = (config: RescalingConfig): Rescaling => new Rescaling(config);
