import { gatherND, reshape, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor/shape.ts';
import { sizeOf } from '../tensor/shape.ts';
import { reduceToShape, zerosOf } from './gradient-helpers.ts';
import { broadcastTo, castTo, emitOne, reshapeTo } from './lowering.ts';
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
  lower: ({ builder, inputs, outputs: [output] }) => {
    const { shape, dtype } = output!;
    const given = builder.typeOf(inputs.sparseIndices).shape;
    // a list of indices is one column of them, a single index is one row
    const count = given[0] ?? 1;
    const indices = reshapeTo(builder, inputs.sparseIndices, [count, sizeOf(given) / count]);
    const values = broadcastTo(builder, inputs.sparseValues, [count]);
    const start = broadcastTo(builder, castTo(builder, inputs.defaultValue, dtype), shape);
    return emitOne(builder, 'scatterNd', [castTo(builder, indices, 'int32'), values, start], { shape, mode: 'update' });
  },
};
