import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/session.ts';
import { requireInteger } from '../check.ts';
import type { Shape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { RANDOM_KERNEL, type RandomAttributes } from './random-kernel.ts';
import { defaultSeedGenerator, type SeedGenerator } from './seed-generator.ts';

/** Where the random bits come from: a number gives the same tensor at each call, a generator the next one. */
export interface SeedOption {
  /** @defaultValue the process-wide generator, see `setSeed` */
  readonly seed?: number | SeedGenerator | undefined;
}

/** Draws one random tensor after the other. */
export type Draws = (distribution: RandomAttributes['distribution'], shape: Shape) => Tensor;

/** The draws of one call of a random op: from a generator its next states, from a number that seed's first, second … one. */
export function drawsOf({ seed }: SeedOption): Draws {
  let counter = 0;
  return (distribution, shape) => {
    requireBackend('random');
    for (const dim of shape) requireInteger('random', 'shape', dim, 0);
    const state =
      typeof seed === 'number' ? tf.tensor1d([seed | 0, counter++], 'int32') : (seed ?? defaultSeedGenerator()).next();
    return tf.engine().runKernel(RANDOM_KERNEL, { state }, { shape: [...shape], distribution });
  };
}

/** The only draw of a random op. */
export const draw = (distribution: RandomAttributes['distribution'], shape: Shape, options: SeedOption): Tensor =>
  drawsOf(options)(distribution, shape);
