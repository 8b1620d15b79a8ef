import { runKernel } from './gradient-helpers.ts';
import { poolGeometry } from './pool-geometry.ts';
import { lowerPool } from './pool-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The maximum of each window of `x` `[batch, height, width, channels]`; the gradient goes to the first of several. */
export const maxPool: KernelSpec<'x'> = {
  name: 'MaxPool',
  inputs: ['x'],
  kind: 'pool',
  infer: ({ x }, attrs) => ({ shape: poolGeometry(x.shape, attrs).outShape, dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x'], outputs: [0] },
    run: ({ dy, inputs: { x }, outputs: [y], attrs }) => ({
      x: () => runKernel('MaxPoolGrad', { dy, input: x, output: y! }, attrs),
    }),
  },
  lower: lowerPool('max'),
};
