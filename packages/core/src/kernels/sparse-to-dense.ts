import { gatherND, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';
import { reduceToShape, zerosOf } from './gradient-helpers.ts';
import type { KernelSpec } from './spec.ts';

/** `defaultValue` everywhere but at `sparseIndices`, where `sparseValues` stand. */
export const sparseToDense: KernelSpec<'sparseIndices' | 'sparseValues' | 'defaultValue'> = {
  name: 'SparseToDense',
  inputs: ['sparseIndices', 'sparseValues', 'defaultValue'],
  kind: 'scatter',
  infer: ({ sparseValues }, { outputShape }) => ({ shape: outputShape as Shape, dtype: sparseValues.dtype }),
  gradient: {
    saves: { inputs: ['sparseIndices', 'sparseValues'] },
    run: ({ dy, inputs: { sparseIndices, sparseValues } }) => {
      const taken = (): Tensor => gatherND(dy, reshape(sparseIndices, [-1, dy.rank]));
      return {
        sparseIndices: () => zerosOf(sparseIndices.shape),
        sparseValues: () => reduceToShape(taken(), sparseValues.shape),
        defaultValue: () => sub(sum(dy), sum(taken())),
      };
    },
  },
};
