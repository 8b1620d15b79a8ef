import { ops, type Tensor } from '@capas/core';
import type { Activation } from '../../activations/index.ts';

/** `[h', h', c']` of an LSTM, from the sums of its four gates (input, forget, candidate, output) and the state `c`. */
export function lstmStep(
  gates: readonly Tensor[],
  c: Tensor,
  activation: Activation,
  recurrentActivation: Activation,
): Tensor[] {
  const [input, forget, candidate, output] = gates as [Tensor, Tensor, Tensor, Tensor];
  const kept = ops.multiply(recurrentActivation(forget), c);
  const next = ops.add(kept, ops.multiply(recurrentActivation(input), activation(candidate)));
  const h = ops.multiply(recurrentActivation(output), activation(next));
  return [h, h, next];
}
