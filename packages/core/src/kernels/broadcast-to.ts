import type { Shape } from '../tensor/shape.ts';
import { reduceToShape } from './gradient-helpers.ts';
import { broadcastTo as stretch } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `x` stretched to a shape. No tfjs backend has it; our rewrites and engines use it. */
export const broadcastTo: KernelSpec<'x'> = {
  name: 'BroadcastTo',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, { shape }) => ({ shape: shape as Shape, dtype: x.dtype }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x } }) => ({ x: () => reduceToShape(dy, x.shape) }),
  },
  lower: ({ builder, inputs: { x }, outputs: [output] }) => stretch(builder, x, output!.shape),
};
