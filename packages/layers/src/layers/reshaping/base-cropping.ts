import { ops, type Shape, ShapeError, type Tensor } from '@capas/core';
import type { LayerConfig } from '../../layer-config.ts';
import { BaseBorders } from './base-borders.ts';

/** Removes elements at the borders of spatial axes. */
export abstract class BaseCropping<Config extends LayerConfig> extends BaseBorders<Config> {
  override call(inputs: Tensor): Tensor {
    const begin = this.bordersOf(inputs.rank).map(([before]) => before);
    return ops.slice(inputs, begin, this.computeOutputShape(inputs.shape) as Shape);
  }

  protected override lengthBetween(length: number, [before, after]: readonly [number, number]): number {
    const rest = length - before - after;
    if (rest <= 0 && before + after > 0) {
      throw new ShapeError(
        `Layer '${this.name}': nothing of an axis of length ${length} is left between ${before} and ${after} cropped elements.`,
      );
    }
    return rest;
  }
}
