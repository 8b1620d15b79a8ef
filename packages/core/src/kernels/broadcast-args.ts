import type { KernelSpec } from './spec.ts';

/** The shape to which two shapes, given as tensors, broadcast. */
export const broadcastArgs: KernelSpec<'s0' | 's1'> = {
  name: 'BroadcastArgs',
  inputs: ['s0', 's1'],
  kind: 'opaque',
  infer: ({ s0, s1 }) => ({ shape: [Math.max(s0.shape[0]!, s1.shape[0]!)], dtype: 'int32' }),
};
