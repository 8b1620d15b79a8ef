import { RANDOM_KERNEL, type RandomAttributes } from '../random/random-kernel.ts';
import { emitOne } from './lowering.ts';
import type { KernelSpec } from './spec.ts';

/** Random numbers from a seed and a counter: ours, the same bits on every backend. */
export const capasRandom: KernelSpec<'state'> = {
  name: RANDOM_KERNEL,
  inputs: ['state'],
  kind: 'random',
  infer: (_, attrs) => {
    const { shape, distribution } = attrs as unknown as RandomAttributes;
    return { shape, dtype: distribution === 'bits' ? 'int32' : 'float32' };
  },
  lower: ({ builder, inputs: { state }, attrs }) => {
    const { shape, distribution } = attrs as unknown as RandomAttributes;
    return emitOne(builder, 'random', [state], { shape, distribution });
  },
};
