import { zerosOf } from './gradient-helpers.ts';
import { pickAtMaximum } from './pool-geometry.ts';
import { lowerMaxPoolGradient } from './pool-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `dy` at the place of each window's maximum. It is linear in `dy` and piecewise constant in the others. */
export const maxPoolGrad: KernelSpec<'dy' | 'input' | 'output'> = {
  name: 'MaxPoolGrad',
  inputs: ['dy', 'input', 'output'],
  kind: 'pool',
  infer: ({ input }) => ({ shape: input.shape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['input', 'output'] },
    run: ({ dy: upstream, inputs: { input, output }, attrs }) => ({
      dy: () => pickAtMaximum(upstream, input, output, attrs),
      input: () => zerosOf(input.shape),
      output: () => zerosOf(output.shape),
    }),
  },
  lower: lowerMaxPoolGradient,
};
