import { callOf, inputOf } from '../program/expression.ts';
import { binary } from './families.ts';
import { zerosOf } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** `⌊a / b⌋`, of the dtype of `a`; on tfjs's cpu backend it is always int32. A step function: its derivatives are 0. */
export const floorDiv: KernelSpec<'a' | 'b'> = {
  ...binary('FloorDiv', 'floorDiv', { a: ({ a }) => zerosOf(a.shape), b: ({ b }) => zerosOf(b.shape) }),
  lower: ({ builder, inputs: { a, b } }) =>
    builder.typeOf(a).dtype === 'float32'
      ? builder.map(callOf('floor', callOf('div', inputOf(0), inputOf(1))), a, b)
      : builder.map('floorDiv', a, b),
};
