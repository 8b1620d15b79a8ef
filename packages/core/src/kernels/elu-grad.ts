import { add, minimum, mul, step, sub } from '@tensorflow/tfjs-core';
import { callOf, inputOf, numberOf } from '../program/expression.ts';
import type { KernelSpec } from './spec.ts';

/** `dy` where Elu's result `y` is not below 0, `dy (y + 1)` elsewhere. */
export const eluGrad: KernelSpec<'dy' | 'y'> = {
  name: 'EluGrad',
  inputs: ['dy', 'y'],
  kind: 'elementwise',
  infer: ({ y }) => ({ shape: y.shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['dy', 'y'] },
    run: ({ dy: upstream, inputs: { dy, y } }) => ({
      dy: () => mul(upstream, add(minimum(y, 0), 1)),
      y: () => mul(upstream, mul(dy, sub(1, step(y)))),
    }),
  },
  lower: ({ builder, inputs: { dy, y } }) => {
    const [gradient, value] = [inputOf(0), inputOf(1)];
    const below = callOf('mul', gradient, callOf('add', value, numberOf(1)));
    return builder.map(callOf('select', callOf('ge', value, numberOf(0)), gradient, below), dy, y);
  },
};
