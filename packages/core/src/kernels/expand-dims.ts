import { reshape } from '@tensorflow/tfjs-core';
import { positiveAxis } from '../tensor/shape.ts';
import { reshapeTo } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** An axis of length 1 put in before axis `dim`. */
export const expandDims: KernelSpec<'input'> = {
  name: 'ExpandDims',
  inputs: ['input'],
  kind: 'movement',
  infer: ({ input }, { dim }) => ({
    shape: input.shape.toSpliced(positiveAxis('ExpandDims', dim as number, input.shape.length + 1), 0, 1),
    dtype: input.dtype,
  }),
  gradient: {
    saves: { inputs: ['input'] },
    run: ({ dy, inputs: { input } }) => ({ input: () => reshape(dy, input.shape) }),
  },
  lower: ({ builder, inputs: { input }, outputs: [output] }) => reshapeTo(builder, input, output!.shape),
};
