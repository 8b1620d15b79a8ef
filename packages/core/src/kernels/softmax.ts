import { mul, sub, sum } from '@tensorflow/tfjs-core';
import { lowerAlongLast } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** `y = eˣ / Σ eˣ` along the last axis; `dx = y (dy - Σ dy y)`. */
export const softmax: KernelSpec<'logits'> = {
  name: 'Softmax',
  inputs: ['logits'],
  kind: 'reduce',
  infer: ({ logits }) => logits,
  gradient: {
    saves: { outputs: [0] },
    run: ({ dy, outputs: [y], attrs: { dim } }) => ({
      logits: () => mul(y!, sub(dy, sum(mul(dy, y!), dim as number, true))),
    }),
  },
  lower: lowerAlongLast('logits', 'softmax', 'dim'),
};
