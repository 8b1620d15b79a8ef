import { cumsum as runningSum } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import { accumulated } from './families.ts';
import { castTo, emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** The sum of all elements up to each along an axis; `exclusive` leaves out the element itself, `reverse` starts at the end. */
export const cumsum: KernelSpec<'x'> = {
  name: 'Cumsum',
  inputs: ['x'],
  kind: 'scan',
  infer: ({ x }) => ({ shape: x.shape, dtype: accumulated(x.dtype) }),
  gradient: {
    run: ({ dy, attrs: { axis, exclusive, reverse } }) => ({
      x: () => runningSum(dy, axis as number, exclusive as boolean, !reverse),
    }),
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) =>
    emitOne(builder, 'scan', [castTo(builder, x, output!.dtype)], {
      kind: 'sum',
      axis: positiveAxis('Cumsum', attrs.axis as number, output!.shape.length),
      exclusive: attrs.exclusive === true,
      reverse: attrs.reverse === true,
    }),
};
