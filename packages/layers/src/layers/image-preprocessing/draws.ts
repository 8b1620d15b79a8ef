import { ops, random, type SeedGenerator, type Shape, type Tensor } from '@capas/core';
import type { Pair } from './factor.ts';

/** For each image whether it is changed: the probability itself is drawn from `factor`. Bool `[n, 1, 1, 1]`. */
export function decisions(batch: number, [minval, maxval]: Pair, seeds: SeedGenerator): Tensor {
  const shape = [batch, 1, 1, 1];
  const probability = random.uniform(shape, { minval, maxval, seed: seeds });
  return ops.less(random.uniform(shape, { seed: seeds }), probability);
}

/** −1 or 1, each half of the time; float32. */
export function signs(shape: Shape, seeds: SeedGenerator): Tensor {
  return ops.subtract(1, ops.multiply(random.bernoulli(shape, 0.5, { seed: seeds }), 2));
}
