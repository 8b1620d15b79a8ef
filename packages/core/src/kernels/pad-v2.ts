import { slice } from '@tensorflow/tfjs-core';
import { emitOne, stored } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `x` with `paddings[i]` constants before and after along axis `i`. */
export const padV2: KernelSpec<'x'> = {
  name: 'PadV2',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }, { paddings }) => ({
    shape: (paddings as [number, number][]).map(([before, after], i) => before + x.shape[i]! + after),
    dtype: x.dtype,
  }),
  gradient: {
    saves: { inputs: ['x'] },
    run: ({ dy, inputs: { x }, attrs: { paddings } }) => ({
      x: () =>
        slice(
          dy,
          (paddings as [number, number][]).map(([before]) => before),
          x.shape,
        ),
    }),
  },
  lower: ({ builder, inputs: { x }, attrs, outputs: [output] }) =>
    emitOne(builder, 'pad', [x], {
      pads: attrs.paddings as [number, number][],
      value: stored((attrs.constantValue as number | undefined) ?? 0, output!.dtype),
    }),
};
