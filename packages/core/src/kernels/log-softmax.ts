import { exp, mul, sub, sum } from '@tensorflow/tfjs-core';
import { lowerAlongLast } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `y = x - log Σ eˣ` along an axis; `dx = dy - eʸ Σ dy`. */
export const logSoftmax: KernelSpec<'logits'> = {
  name: 'LogSoftmax',
  inputs: ['logits'],
  kind: 'reduce',
  infer: ({ logits }) => logits,
  gradient: {
    saves: { outputs: [0] },
    run: ({ dy, outputs: [y], attrs: { axis } }) => ({
      logits: () => sub(dy, mul(exp(y!), sum(dy, axis as number, true))),
    }),
  },
  lower: lowerAlongLast('logits', 'logSoftmax', 'axis'),
};
