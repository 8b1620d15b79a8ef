import { matMul, type Tensor } from '@tensorflow/tfjs-core';
import { broadcastShapes } from '../tensor/shape.ts';
import { reduceToShape } from './gradient-helpers.ts';
import { lowerMatMul } from './mat-mul-lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `op(a) · op(b)` over the last two axes, the others broadcast; `op` transposes where the attribute says so. */
export const batchMatMul: KernelSpec<'a' | 'b'> = {
  name: 'BatchMatMul',
  inputs: ['a', 'b'],
  kind: 'dot',
  infer: ({ a, b }, { transposeA, transposeB }) => ({
    shape: [
      ...(broadcastShapes('BatchMatMul', a.shape.slice(0, -2), b.shape.slice(0, -2)) as number[]),
      a.shape.at(transposeA ? -1 : -2)!,
      b.shape.at(transposeB ? -2 : -1)!,
    ],
    dtype: a.dtype,
  }),
  gradient: {
    saves: { inputs: ['a', 'b'] },
    run: ({ dy, inputs: { a, b }, attrs }) => {
      const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
      // y = A B with A = a or aᵀ, B = b or bᵀ: dA = dy Bᵀ, dB = Aᵀ dy
      const gradA = (): Tensor => (transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB));
      const gradB = (): Tensor => (transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false));
      return { a: () => reduceToShape(gradA(), a.shape), b: () => reduceToShape(gradB(), b.shape) };
    },
  },
  lower: ({ builder, inputs: { a, b }, attrs }) => lowerMatMul(builder, a, b, attrs),
};
