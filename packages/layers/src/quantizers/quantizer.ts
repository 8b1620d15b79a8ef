import type { Tensor } from '@capas/core';

/** Values of a narrow dtype, and the factors that brought them to its range: `x ≈ values / scale`. */
export interface Quantized {
  /** Whole numbers, as float32. */
  readonly values: Tensor;
  /** With 1 at the axes that were looked at together. */
  readonly scale: Tensor;
}

/**
 * The base of what makes whole numbers of a small range of numbers.
 *
 * @see Keras 3, `keras/src/quantizers/quantizers.py`
 */
export abstract class Quantizer<Config extends object = object> {
  static readonly className: string = 'Quantizer';
  readonly config: Readonly<Config>;

  constructor(config: Config) {
    this.config = Object.freeze({ ...config });
  }

  /**
   * The tensor in whole numbers, and their scale. The caller owns both.
   *
   * @param axis the axes whose elements have one scale
   */
  abstract call(x: Tensor, axis?: number | readonly number[]): Quantized;
}
