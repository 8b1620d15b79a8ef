import { fillRandom, RANDOM_KERNEL, scope, useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { cpu } from '../../../cpu.ts';

await useBackend(cpu({ prefer: ['wasm'] }));

it.each(['uniform', 'bits', 'normal', 'truncatedNormal'] as const)('%s: the bits of the reference', (distribution) => {
  for (const size of [0, 1, 15, 16, 100, 4096])
    for (const [seed, counter] of [
      [0, 0],
      [-5, 7],
      [123456789, -1],
    ] as const) {
      const expected = distribution === 'bits' ? new Int32Array(size) : new Float32Array(size);
      fillRandom(expected, distribution, seed, counter);
      const actual = scope(() => {
        const state = tf.tensor1d([seed, counter], 'int32');
        return (
          tf.engine().runKernel(RANDOM_KERNEL, { state }, { shape: [size], distribution }) as tf.Tensor
        ).dataSync();
      });
      expect(actual).toEqual(expected);
    }
});
