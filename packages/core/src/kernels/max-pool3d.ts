import { runKernel } from './gradient-helpers.ts';
import { poolGeometry } from './pool-geometry.ts';
import { lowerPool } from './pool-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The maximum of each window of `x` `[batch, depth, height, width, channels]`. */
export const maxPool3D: KernelSpec<'x'> = {
  name: 'MaxPool3D',
  inputs: ['x'],
  kind: 'pool',
  infer: ({ x }, attrs) => ({ shape: poolGeometry(x.shape, attrs).outShape, dtype: 'float32' }),
  gradient: {
    saves: { inputs: ['x'], outputs: [0] },
    run: ({ dy, inputs: { x }, outputs: [y], attrs }) => ({
      x: () => runKernel('MaxPool3DGrad', { dy, input: x, output: y! }, attrs),
    }),
  },
  lower: lowerPool('max'),
};
