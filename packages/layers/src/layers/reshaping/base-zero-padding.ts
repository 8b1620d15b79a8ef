import { ops, type Tensor } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { BaseBorders } from './base-borders.ts';

/** Adds zeros at the borders of spatial axes. */
export abstract class BaseZeroPadding<Config extends LayerConfig> extends BaseBorders<Config> {
  override call(inputs: Tensor): Tensor {
    return ops.pad(inputs, this.bordersOf(inputs.rank));
  }

  protected override lengthBetween(length: number, [before, after]: readonly [number, number]): number {
    return before + length + after;
  }
}
