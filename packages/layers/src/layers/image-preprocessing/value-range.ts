import { ops, type Tensor } from '@capas/core';
import type { ImagePreprocessingConfig } from './base-image-preprocessing.ts';
import type { Pair } from './factor.ts';

/** An option of layers that change colors. */
export interface ValueRangeOption {
  /** The darkest and the brightest value of the images. @defaultValue `[0, 255]` */
  readonly valueRange?: Pair;
}

/** Options of layers that change colors. */
export interface ColorConfig extends ImagePreprocessingConfig, ValueRangeOption {}

export const colorDefaults = { valueRange: [0, 255] } as const;

/** The range of bytes, in which some layers compute. */
export const BYTES: Pair = [0, 255];

/** Values from one range in another. */
export function changeRange(x: Tensor, [low, high]: Pair, [newLow, newHigh]: Pair): Tensor {
  if (low === newLow && high === newHigh) return x;
  const share = ops.divide(ops.subtract(x, low), high - low);
  return ops.add(ops.multiply(share, newHigh - newLow), newLow);
}
