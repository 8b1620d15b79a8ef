import { ops, type Tensor } from '@capas/core';
import type { Weight } from '../../weight.ts';

/** Moves an average towards a new value: `average · momentum + value · (1 − momentum)`. */
export function moveAverage(average: Weight, value: Tensor, momentum: number): void {
  average.assign(ops.add(ops.multiply(average, momentum), ops.multiply(value, 1 - momentum)));
}
