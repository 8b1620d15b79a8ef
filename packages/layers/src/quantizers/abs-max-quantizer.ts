import { ArgumentError, config, type Tensor } from '@capas/core';
import { absMaxQuantize } from './abs-max-quantize.ts';
import { type Quantized, Quantizer } from './quantizer.ts';

/** Options of {@link AbsMaxQuantizer}. */
export interface AbsMaxQuantizerConfig {
  /** The axes whose elements have one scale, where a call does not say. @defaultValue the last */
  readonly axis?: number | readonly number[] | null;
  /** The least and the greatest of the whole numbers. @defaultValue `[-127, 127]` */
  readonly valueRange?: readonly number[];
  /** Keeps the divisor from 0. @defaultValue that of `config.epsilon()` */
  readonly epsilon?: number;
  /** What files keep them in. */
  readonly outputDtype?: 'int8';
}

/**
 * Scales by the greatest magnitude: {@link absMaxQuantize}.
 *
 * @throws ArgumentError if `valueRange` goes beyond −128 … 127, and for another `outputDtype` than int8
 * @see Keras 3, `AbsMaxQuantizer` in `keras/src/quantizers/quantizers.py`
 */
export class AbsMaxQuantizer extends Quantizer<AbsMaxQuantizerConfig> {
  static override readonly className: string = 'AbsMaxQuantizer';
  readonly axis: readonly number[] | undefined;

  constructor({ axis, ...options }: AbsMaxQuantizerConfig = {}) {
    const { valueRange = [-127, 127], epsilon = config.epsilon(), outputDtype = 'int8' } = options;
    const axes = axis === undefined || axis === null ? undefined : [axis].flat();
    super({ valueRange, epsilon, outputDtype, ...(axes && { axis: axes }) });
    this.axis = axes;
    const [least = Number.NaN, greatest = Number.NaN] = valueRange;
    if (!(valueRange.length === 2 && least >= -128 && greatest <= 127 && least < greatest))
      throw new ArgumentError('AbsMaxQuantizer', 'valueRange', 'two numbers from -128 to 127', valueRange);
    if (outputDtype !== 'int8') throw new ArgumentError('AbsMaxQuantizer', 'outputDtype', "'int8'", outputDtype);
  }

  override call(x: Tensor, axis?: number | readonly number[]): Quantized {
    return absMaxQuantize(x, axis ?? this.axis ?? -1, this.config);
  }
}

/** Makes an {@link AbsMaxQuantizer}. */
export const absMaxQuantizer = (config: AbsMaxQuantizerConfig = {}): AbsMaxQuantizer => new AbsMaxQuantizer(config);
