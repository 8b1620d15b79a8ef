import { add, minimum, mul, step, sub } from '@tensorflow/tfjs-core';
import { inputOf } from '../program/expression.ts';
import { reduceToShape } from './gradient-helpers.ts';
import { castTo, elementwise, preluOf } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `x` above 0, `alpha x` elsewhere; `alpha` broadcasts to `x`. */
export const prelu: KernelSpec<'x' | 'alpha'> = {
  name: 'Prelu',
  inputs: ['x', 'alpha'],
  kind: 'elementwise',
  infer: ({ x }) => ({ shape: x.shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['x', 'alpha'] },
    run: ({ dy, inputs: { x, alpha } }) => ({
      x: () => mul(dy, add(step(x), mul(sub(1, step(x)), alpha))),
      alpha: () => reduceToShape(mul(dy, minimum(x, 0)), alpha.shape),
    }),
  },
  lower: ({ builder, inputs: { x, alpha }, outputs: [output] }) =>
    elementwise(builder, preluOf(inputOf(0), inputOf(1)), [castTo(builder, x, 'float32'), alpha], output!.dtype),
};
