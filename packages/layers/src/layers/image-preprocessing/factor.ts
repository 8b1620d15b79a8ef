import { ArgumentError } from '@capas/core';

/** A lower and an upper bound. */
export type Pair = readonly [number, number];

/** A factor as it is given: a pair of bounds, or one number. */
export type Factor = number | Pair;

/** Bounds of what a factor may be. */
export interface FactorLimits {
  readonly low: number;
  readonly high: number;
}

/**
 * The bounds that a factor stands for: those of a pair, sorted; `f` means from `−f`, but not below `low`, to `f`.
 *
 * @throws ArgumentError if a number is outside of `low … high`, or a pair wholly
 * @see Keras 3, `BaseImagePreprocessingLayer._set_factor`
 */
export function boundedFactor(who: string, argument: string, factor: unknown, { low, high }: FactorLimits): Pair {
  const expected = `a number from ${low} to ${high}, or two`;
  if (isPair(factor)) {
    if (factor[0] > high || factor[1] < low) throw new ArgumentError(who, argument, expected, factor);
    return sorted(factor);
  }
  if (!(typeof factor === 'number' && factor >= low && factor <= high))
    throw new ArgumentError(who, argument, expected, factor);
  const size = Math.abs(factor);
  return [Math.max(-size, low) + 0, size];
}

/**
 * As {@link boundedFactor}, where both numbers of a pair must lie within, and `f` means from `−f` to `f`.
 *
 * @see Keras 3, `RandomZoom._set_factor` and those of the other geometric layers
 */
export function symmetricFactor(
  who: string,
  argument: string,
  factor: unknown,
  { low, high, isOpen = false }: FactorLimits & { /** Whether `low` itself is excluded. */ readonly isOpen?: boolean },
): Pair {
  const isWithin = (value: number): boolean => (isOpen ? value > low : value >= low) && value <= high;
  const numbers = isPair(factor) ? factor : [factor];
  if (!numbers.every((value) => typeof value === 'number' && isWithin(value))) {
    const range = isOpen ? `above ${low}, up to ${high}` : `from ${low} to ${high}`;
    throw new ArgumentError(who, argument, `a number ${range}, or two`, factor);
  }
  if (isPair(factor)) return sorted(factor);
  const size = Math.abs(factor as number);
  return [-size + 0, size];
}

/** The range of the pixels, sorted. @throws ArgumentError if it is not two numbers */
export function requireValueRange(who: string, range: unknown): Pair {
  if (!isPair(range)) throw new ArgumentError(who, 'valueRange', 'a pair of numbers', range);
  return sorted(range);
}

const isPair = (value: unknown): value is Pair =>
  Array.isArray(value) && value.length === 2 && value.every((item) => Number.isFinite(item));

const sorted = ([a, b]: Pair): Pair => (a <= b ? [a, b] : [b, a]);
