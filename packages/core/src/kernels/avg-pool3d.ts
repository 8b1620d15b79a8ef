import { averagePoolGradient, poolGeometry } from './pool-geometry.ts';
import { lowerPool } from './pool-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The mean of each window of `x` `[batch, depth, height, width, channels]`; padding does not count. */
export const avgPool3D: KernelSpec<'x'> = {
  name: 'AvgPool3D',
  inputs: ['x'],
  kind: 'pool',
  infer: ({ x }, attrs) => ({ shape: poolGeometry(x.shape, attrs).outShape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x }, attrs }) => ({ x: () => averagePoolGradient('AvgPool3DGrad', dy, x, attrs) }),
  },
  lower: lowerPool('avg'),
};
