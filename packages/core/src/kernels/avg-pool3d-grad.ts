import { zerosOf } from './gradient-helpers.ts';
import { averageOfPadded } from './pool-geometry.ts';
import { lowerAveragePoolGradient } from './pool-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `dy`, divided by the size of the window, added to each input of the window; `input` gives only the shape. */
export const avgPool3DGrad: KernelSpec<'dy' | 'input'> = {
  name: 'AvgPool3DGrad',
  inputs: ['dy', 'input'],
  kind: 'pool',
  infer: ({ input }) => ({ shape: input.shape, dtype: 'float32' }),
  gradient: {
    run: ({ dy: upstream, attrs }) => ({
      dy: () => averageOfPadded('AvgPool3D', upstream, attrs),
      input: () => zerosOf(upstream.shape),
    }),
  },
  lower: lowerAveragePoolGradient,
};
