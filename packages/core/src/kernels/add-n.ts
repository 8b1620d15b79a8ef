import { cast } from '@tensorflow/tfjs-core';
import { callOf, inputOf } from '../program/expression.ts';
import type { KernelSpec } from './spec.ts';

/** The sum of tensors of one shape. */
export const addN: KernelSpec = {
  name: 'AddN',
  inputs: 'list',
  kind: 'elementwise',
  infer: ({ 0: first }) => first!,
  gradient: {
    saves: { inputs: 'all' },
    run: ({ dy, inputList }) => Object.fromEntries(inputList.map((_, i) => [i, () => cast(dy, 'float32')])),
  },
  lower: ({ builder, inputList }) =>
    builder.map(
      inputList.map((_, i) => inputOf(i)).reduce((total, x) => callOf('add', total, x)),
      ...inputList,
    ),
};
