import { runKernel } from './gradient-helpers.ts';
import { poolGeometry } from './pool-geometry.ts';
import type { KernelSpec } from './spec.ts';

/** The maximum of each window, and its index in the flat image (in the flat batch with `includeBatchInIndex`). */
export const maxPoolWithArgmax: KernelSpec<'x'> = {
  name: 'MaxPoolWithArgmax',
  inputs: ['x'],
  kind: 'pool',
  infer: ({ x }, attrs) => {
    const shape = poolGeometry(x.shape, attrs).outShape;
    return [
      { shape, dtype: x.dtype },
      { shape, dtype: 'int32' },
    ];
  },
  gradient: {
    saves: { inputs: ['x'], outputs: [0] },
    run: ({ dy, inputs: { x }, outputs: [y], attrs: { filterSize, strides, pad } }) => ({
      x: () => runKernel('MaxPoolGrad', { dy, input: x, output: y! }, { filterSize, strides, pad }),
    }),
  },
};
