import type { DType } from '../tensor/dtype.ts';
import type { Shape } from '../tensor/shape.ts';
import { filled } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** One value everywhere. */
export const fill: KernelSpec<never> = {
  name: 'Fill',
  inputs: [],
  kind: 'source',
  infer: (_, { shape, value, dtype }) => ({
    shape: shape as Shape,
    dtype: (dtype as DType | undefined) ?? (typeof value === 'string' ? 'string' : 'float32'),
  }),
  lower: ({ builder, attrs, outputs: [output] }) =>
    filled(builder, output!.shape, attrs.value as number, output!.dtype),
};
