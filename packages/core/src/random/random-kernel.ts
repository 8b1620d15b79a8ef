import type { Shape } from '../tensor/shape.ts';
import { inverseNormal } from './normal.ts';
import { fillRandomBits, fillUniform } from './philox.ts';

/** The kernel behind every random op: inputs `{ state: int32[2] }`, attributes {@link RandomAttributes}. */
export const RANDOM_KERNEL = 'CapasRandom';

/** What the random kernel draws. */
export interface RandomAttributes {
  readonly shape: Shape;
  /**
   * - `'uniform'`: float32 in [0, 1), 24 random bits
   * - `'normal'`: float32, mean 0, standard deviation 1
   * - `'truncatedNormal'`: the same within (−2, 2), by the inverse distribution function, so without redraws
   * - `'bits'`: int32, 32 random bits
   */
  readonly distribution: 'uniform' | 'normal' | 'truncatedNormal' | 'bits';
}

/** The reference implementation: fills `out` from a seed and a counter, as every backend must. */
export function fillRandom(
  out: Float32Array | Int32Array,
  distribution: RandomAttributes['distribution'],
  seed: number,
  counter: number,
): void {
  if (distribution === 'uniform') {
    fillUniform(out as Float32Array, seed, counter);
    return;
  }
  const bits = new Uint32Array(out.length);
  fillRandomBits(bits, seed, counter);
  if (distribution === 'bits') {
    out.set(bits);
    return;
  }
  const [low, width] = distribution === 'normal' ? [0, 1] : [BELOW_MINUS_TWO, 1 - 2 * BELOW_MINUS_TWO];
  for (let i = 0; i < out.length; i++) out[i] = inverseNormal(low + width * ((bits[i]! + 0.5) * 2 ** -32));
}

/** The share of a standard normal distribution below −2. */
const BELOW_MINUS_TWO = 0.022750131948179195;
