import { add, minimum, mul, step, sub } from '@tensorflow/tfjs-core';
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
};
