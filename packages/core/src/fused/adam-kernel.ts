import type { KernelSpec } from '../kernels/spec.ts';
import type { ProgramBuilder } from '../program/builder.ts';
import type { ValueId } from '../program/program.ts';
import { ADAM_KERNEL, type AdamFactors } from './adam-update.ts';

type AdamKernelInput = 'value' | 'mean' | 'square' | 'gradient' | 'alpha' | 'ids' | 'values';

/**
 * `adamUpdate` in primitives, for backends that run its kernel as a program; `ids` and `values` are the parts of the
 * gradient. No tfjs kernel, so not in the list of those: traces record the ops that it is written in.
 */
export const adamKernel: KernelSpec<AdamKernelInput> = {
  name: ADAM_KERNEL,
  inputs: ['value', 'mean', 'square', 'gradient', 'alpha', 'ids?', 'values?'],
  kind: 'elementwise',
  infer: ({ value }) => [value, value, value],
  lower: ({ builder, inputs, attrs }) => {
    const { value, mean, square, gradient, alpha, ids, values } = inputs;
    const { meanShare, squareShare, epsilon } = attrs as unknown as AdamFactors;
    const number = (x: number): ValueId => builder.constant(x, { shape: [], dtype: 'float32' });
    const approach = (slot: ValueId, x: ValueId, share: number): ValueId =>
      builder.map('add', slot, builder.map('mul', builder.map('sub', x, slot), number(share)));
    const isSliced = ids !== undefined && values !== undefined;
    const squares = isSliced ? squaresByPart(builder, gradient, ids, values) : builder.map('mul', gradient, gradient);
    const newMean = approach(mean, gradient, meanShare);
    const newSquare = approach(square, squares, squareShare);
    const divisor = builder.map('add', builder.map('sqrt', newSquare), number(epsilon));
    const step = builder.map('div', builder.map('mul', newMean, alpha), divisor);
    return [builder.map('sub', value, step), newMean, newSquare];
  },
};

function squaresByPart(builder: ProgramBuilder, gradient: ValueId, ids: ValueId, values: ValueId): ValueId {
  const { shape } = builder.typeOf(gradient);
  const parts = builder.map('mul', values, values);
  const [sums] = builder.emit('scatterAdd', [ids, parts], { size: shape[0]! });
  return builder.reshape(sums!, shape);
}
