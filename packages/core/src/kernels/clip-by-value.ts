import { greaterEqual, lessEqual, logicalAnd } from '@tensorflow/tfjs-core';
import { callOf, numberOf } from '../program/expression.ts';
import { fromInput, masked, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

/** `min(max(x, clipValueMin), clipValueMax)`; the derivative is 1 from bound to bound, both included. */
export const clipByValue: KernelSpec<'x'> = unary(
  'ClipByValue',
  (x, { clipValueMin, clipValueMax }) =>
    callOf('clip', x, numberOf(clipValueMin as number), numberOf(clipValueMax as number)),
  fromInput((dy, x, { clipValueMin, clipValueMax }) =>
    masked(dy, logicalAnd(greaterEqual(x, clipValueMin as number), lessEqual(x, clipValueMax as number))),
  ),
);
