import { averagePoolGradient, poolGeometry } from './pool-geometry.ts';
import { lowerPool } from './pool-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The mean of each window of `x` `[batch, height, width, channels]`; padding does not count. */
export const avgPool: KernelSpec<'x'> = {
  name: 'AvgPool',
  inputs: ['x'],
  kind: 'pool',
  infer: ({ x }, attrs) => ({ shape: poolGeometry(x.shape, attrs).outShape, dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x }, attrs }) => ({ x: () => averagePoolGradient('AvgPoolGrad', dy, x, attrs) }),
  },
  lower: lowerPool('avg'),
};
