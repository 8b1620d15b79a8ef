import { ops, random, requireNumber, type SeedGenerator, type Tensor } from '@capas/core';
import type { Resolved } from '../../layer-config.ts';
import type { ImagesShape } from './base-image-preprocessing.ts';
import { BaseRandomProjection, mapsOf, type ProjectionConfig } from './base-random-projection.ts';
import { decisions } from './draws.ts';
import { boundedFactor, type Factor, type Pair } from './factor.ts';

/** Options of {@link RandomPerspective}. */
export interface RandomPerspectiveConfig extends Omit<ProjectionConfig, 'fillMode'> {
  /** Bounds of the probability that an image is changed: `f` means from 0 to `f`. @defaultValue 1 */
  readonly factor?: Factor;
  /** How far corners move, as a share of their coordinates, from 0 to 1. @defaultValue 1 */
  readonly scale?: number;
}

const defaults = { factor: 1, scale: 1, interpolation: 'bilinear', fillMode: 'constant', fillValue: 0 } as const;

/**
 * While training, shows images from another point of view: their corners are moved, which draws pixels nearer or farther away.
 *
 * Shapes: the output has the shape of the input.
 *
 * @throws ArgumentError if `factor` or `scale` is not from 0 to 1.
 * @see Keras 3, `keras/src/layers/preprocessing/image_preprocessing/random_perspective.py`
 * @example
 * new RandomPerspective({ scale: 0.3 }).apply(images, { training: true });
 */
export class RandomPerspective extends BaseRandomProjection<
  Resolved<RandomPerspectiveConfig, typeof defaults> & ProjectionConfig
> {
  static override readonly className = 'RandomPerspective';
  readonly #factor: Pair;

  constructor(config: RandomPerspectiveConfig = {}) {
    const given = { ...defaults, ...config };
    const factor = boundedFactor('RandomPerspective', 'factor', given.factor, { low: 0, high: 1 });
    super({ ...given, factor });
    this.#factor = factor;
    requireNumber('RandomPerspective', 'scale', this.config.scale, 0, 1);
  }

  override getRandomTransformation({ batch, height, width }: ImagesShape, seeds: SeedGenerator): Tensor {
    const isMoved = ops.reshape(decisions(batch, this.#factor, seeds), [batch, 1]);
    const reach = this.config.scale / 2;
    const shares = random.uniform([batch, 4], { minval: 1 - reach, maxval: 1 + reach, seed: seeds });
    return mapsToCorners(ops.where(isMoved, shares, 1), height, width);
  }
}

/**
 * The maps of images whose corners come to (0, 0), (p w, 0), (0, q h) and (r w, s h), with w and h less 1 and p, q, r, s in
 * the columns of `shares` `[n, 4]`: moved by a share of its coordinates, the corner at the origin stays.
 *
 * The solution of the eight equations that `ops.image.perspectiveTransform` solves, with n = p s + q r − p q:
 * `x ← n/(p q r) x / k`, `y ← n/(p q s) y / k`, `k = 1 + (s − q)/(q r) x/w + (r − p)/(p s) y/h`.
 */
function mapsToCorners(shares: Tensor, height: number, width: number): Tensor {
  const { divide, multiply, subtract } = ops;
  const [p, q, r, s] = ops.split(shares, 4, { axis: 1 }) as [Tensor, Tensor, Tensor, Tensor];
  const [ps, qr, pq] = [multiply(p, s), multiply(q, r), multiply(p, q)];
  const n = subtract(ops.add(ps, qr), pq);
  const [toX, toY] = [divide(n, multiply(pq, r)), divide(n, multiply(pq, s))];
  const perspective = (change: Tensor, by: Tensor, length: number): Tensor =>
    divide(divide(change, by), Math.max(1, length - 1));
  return mapsOf([
    toX,
    0,
    0,
    0,
    toY,
    0,
    perspective(subtract(s, q), qr, width),
    perspective(subtract(r, p), ps, height),
  ]);
}

/** Short for `new RandomPerspective(config)`. */
export const randomPerspective = (config: RandomPerspectiveConfig = {}): RandomPerspective =>
  new RandomPerspective(config);
