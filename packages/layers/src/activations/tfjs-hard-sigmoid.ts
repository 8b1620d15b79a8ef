import { ops, type Tensor } from '@capas/core';

/**
 * `0.2 x + 0.5`, limited to 0 … 1: what tfjs calls `hardSigmoid`. That of Keras 3 is `relu6(x + 3) / 6`.
 * Recurrent layers of tfjs have it by default.
 */
export function tfjsHardSigmoid(x: Tensor): Tensor {
  return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0, 1);
}
