import { mul, step } from '@tensorflow/tfjs-core';
import type { KernelSpec } from './spec.ts';

/** `max(x, 0)`; the derivative at 0 is 0, as in Keras. */
export const relu: KernelSpec<'x'> = {
  name: 'Relu',
  inputs: ['x'],
  kind: 'elementwise',
  infer: ({ x }) => x,
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x } }) => ({ x: () => mul(dy, step(x)) }),
  },
};
