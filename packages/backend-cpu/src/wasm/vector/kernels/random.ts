import { fillRandom, RANDOM_KERNEL, type RandomAttributes, sizeOf } from '@capas/core';
import type { VectorKernel } from '../vector-kernel.ts';

/** Random numbers, the same bits as everywhere; see `random-kernel.ts` of core. */
export const random: VectorKernel = {
  name: RANDOM_KERNEL,
  run: ({ unit, inputs: { state }, attrs }) => {
    const { shape, distribution } = attrs as unknown as RandomAttributes;
    const [seed, counter] = unit.integers(state!) as unknown as readonly [number, number];
    const out = unit.output(shape, distribution === 'bits' ? 'int32' : 'float32');
    const size = sizeOf(shape);
    if (size === 0) return out;
    if (distribution === 'normal' || distribution === 'truncatedNormal') {
      fillRandom(unit.values(out), distribution, seed, counter);
      return out;
    }
    const name = distribution === 'bits' ? 'randomBits' : 'randomUniform';
    const groups = Math.ceil(size / GROUP);
    if (size % GROUP === 0) unit.run[name]!(unit.address(out), groups, seed, counter);
    else
      unit.withZeros(groups * GROUP, (words) => {
        unit.run[name]!(words, groups, seed, counter);
        unit.run.copy!(words, unit.address(out), 1, size);
      });
    return out;
  },
};

/** So many words are made at once. */
const GROUP = 16;
