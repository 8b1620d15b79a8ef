import { equal, fill, greater, log, mul, pow as power, sub, type Tensor, where } from '@tensorflow/tfjs-core';
import { binary } from './families.ts';
import { zerosOf } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** `aᵇ`. As in TensorFlow, the derivative with respect to `b` is 0 where `a` is not positive. */
export const pow: KernelSpec<'a' | 'b'> = binary('Pow', 'pow', {
  // b = 0 apart: 0 · 0⁻¹ would be NaN
  a: ({ dy, a, b }) => mul(dy, mul(b, power(a, where(equal(b, 0), zerosOf(b.shape), sub(b, 1))))),
  b: ({ dy, a, b }) => mul(dy, mul(power(a, b), logOrZero(a))),
});

const logOrZero = (x: Tensor): Tensor => log(where(greater(x, 0), x, fill(x.shape, 1)));
