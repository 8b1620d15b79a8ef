import {
  ArgumentError,
  canonicalName,
  random,
  requireOneOf,
  type SeedGenerator,
  type Shape,
  type Tensor,
} from '@capas/core';
import type { EitherCase } from '../registry.ts';
import { computeFans } from './fans.ts';
import { RandomInitializer, type SeedConfig } from './random-initializer.ts';

const MODES = ['fanIn', 'fanOut', 'fanAvg'] as const;
const DISTRIBUTIONS = ['uniform', 'truncatedNormal', 'untruncatedNormal'] as const;
type Mode = (typeof MODES)[number];
type Distribution = (typeof DISTRIBUTIONS)[number];

/** Which axes of a weight are its inputs and outputs. */
export interface FanAxesConfig extends SeedConfig {
  /** The axes that count as inputs; with `outputAxes`, in place of the last but one and the window. */
  readonly inputAxes?: readonly number[] | null;
  /** The axes that count as outputs. */
  readonly outputAxes?: readonly number[] | null;
}

/** Options of {@link VarianceScaling}. */
export interface VarianceScalingConfig extends FanAxesConfig {
  /** @defaultValue 1 */
  readonly scale?: number;
  /** What the scale is divided by. @defaultValue `'fanIn'` */
  readonly mode?: EitherCase<Mode>;
  /** @defaultValue `'truncatedNormal'` */
  readonly distribution?: EitherCase<Distribution> | 'normal';
}

/**
 * Values with mean 0 and variance `scale / n`, where `n` is the number of inputs of the weight, of its outputs, or the
 * mean of both.
 *
 * @see Keras 3, `keras/src/initializers/random_initializers.py`
 * @example
 * varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'untruncatedNormal' }).call([3, 3, 16, 32]);
 */
export class VarianceScaling extends RandomInitializer<
  Required<FanAxesConfig> & { scale: number; mode: Mode; distribution: Distribution }
> {
  static override readonly className: string = 'VarianceScaling';

  constructor(config: VarianceScalingConfig = {}) {
    const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = config;
    if (!(typeof scale === 'number' && scale > 0 && scale < Infinity)) {
      throw new ArgumentError('VarianceScaling', 'scale', 'a positive number', scale);
    }
    super({
      scale,
      mode: requireOneOf('VarianceScaling', 'mode', canonicalName(String(mode)), MODES),
      distribution: requireOneOf(
        'VarianceScaling',
        'distribution',
        distribution === 'normal' ? 'truncatedNormal' : canonicalName(String(distribution)),
        DISTRIBUTIONS,
      ),
      seed: config.seed ?? null,
      inputAxes: config.inputAxes ?? null,
      outputAxes: config.outputAxes ?? null,
    });
  }

  protected override draw(shape: Shape, seed: number | SeedGenerator): Tensor {
    const { scale, mode, distribution, inputAxes, outputAxes } = this.config;
    const { fanIn, fanOut } = computeFans(shape, inputAxes, outputAxes);
    const count = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
    const variance = scale / Math.max(1, count);
    if (distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return random.uniform(shape, { minval: -limit, maxval: limit, seed });
    }
    if (distribution === 'untruncatedNormal') return random.normal(shape, { stddev: Math.sqrt(variance), seed });
    return random.truncatedNormal(shape, { stddev: Math.sqrt(variance) / TRUNCATED_STDDEV, seed });
  }
}

/** The standard deviation of a standard normal distribution that is cut off at −2 and 2. */
const TRUNCATED_STDDEV = 0.8796256610342398;

/** Makes a {@link VarianceScaling} initializer. */
export const varianceScaling = (config: VarianceScalingConfig = {}): VarianceScaling => new VarianceScaling(config);
