import { callOf, inputOf, numberOf } from '../program/expression.ts';
import { emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The shape to which two shapes, given as tensors, broadcast. */
export const broadcastArgs: KernelSpec<'s0' | 's1'> = {
  name: 'BroadcastArgs',
  inputs: ['s0', 's1'],
  kind: 'opaque',
  infer: ({ s0, s1 }) => ({ shape: [Math.max(s0.shape[0]!, s1.shape[0]!)], dtype: 'int32' }),
  lower: ({ builder, inputs: { s0, s1 }, outputs: [output] }) => {
    // missing axes count as 1, and 1 gives way to the other size
    const aligned = [s0, s1].map((sizes) => {
      const missing = output!.shape[0]! - builder.typeOf(sizes).shape[0]!;
      return missing ? emitOne(builder, 'pad', [sizes], { pads: [[missing, 0]], value: 1 }) : sizes;
    });
    const isOne = callOf('eq', inputOf(0), numberOf(1));
    return builder.map(callOf('select', isOne, inputOf(1), inputOf(0)), ...aligned);
  },
};
