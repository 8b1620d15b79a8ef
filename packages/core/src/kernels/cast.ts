import { cast as convert } from '@tensorflow/tfjs-core';
import type { DType } from '../tensor/dtype.ts';
import { castTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `x` in the dtype of the attribute. */
export const cast: KernelSpec<'x'> = {
  name: 'Cast',
  inputs: ['x'],
  kind: 'elementwise',
  infer: ({ x }, { dtype }) => ({ shape: x.shape, dtype: dtype as DType }),
  gradient: { run: ({ dy }) => ({ x: () => convert(dy, 'float32') }) },
  lower: ({ builder, inputs: { x }, attrs }) => castTo(builder, x, attrs.dtype as DType),
};
