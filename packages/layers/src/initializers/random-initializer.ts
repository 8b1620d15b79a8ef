import { ArgumentError, type DType, drawSeed, ops, SeedGenerator, type Shape, scope, type Tensor } from '@capas/core';
import { asSerialized } from '../registry.ts';
import { Initializer } from './initializer.ts';

/** The option of all random initializers. */
export interface SeedConfig {
  /**
   * A number gives the same values each time, a generator the next ones. Without it, one is drawn when the initializer is
   * made, from the sequence that `setSeed` starts.
   */
  readonly seed?: number | SeedGenerator | null | undefined;
}

/** The base of the initializers that draw random numbers. */
export abstract class RandomInitializer<Config extends SeedConfig> extends Initializer<Config> {
  readonly #seed: number | SeedGenerator;

  constructor(config: Config) {
    super(config);
    this.#seed = requireSeed((this.constructor as typeof Initializer).className, config.seed);
  }

  override call(shape: Shape, dtype: DType = 'float32'): Tensor {
    return scope(() => ops.cast(this.draw(shape, this.#seed), dtype));
  }

  /** Float32 values of that shape. */
  protected abstract draw(shape: Shape, seed: number | SeedGenerator): Tensor;
}

function requireSeed(who: string, seed: unknown): number | SeedGenerator {
  if (seed === undefined || seed === null) return drawSeed();
  if (seed instanceof SeedGenerator || (typeof seed === 'number' && Number.isInteger(seed))) return seed;
  const serialized = asSerialized(seed);
  if (serialized?.className === 'SeedGenerator') {
    const { seed: start } = serialized.config;
    return new SeedGenerator(typeof start === 'number' ? start : undefined);
  }
  throw new ArgumentError(who, 'seed', 'an integer, a SeedGenerator or null', seed);
}
