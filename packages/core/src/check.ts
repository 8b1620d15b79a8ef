import { ArgumentError } from './errors.ts';

/** Returns `value` if it is an integer of at least 1, else throws an {@link ArgumentError}. */
export function requirePositiveInteger(who: string, argument: string, value: unknown): number {
  return requireInteger(who, argument, value, 1, 'a positive integer');
}

/** Returns `value` if it is an integer of at least `least`, else throws an {@link ArgumentError}. */
export function requireInteger(
  who: string,
  argument: string,
  value: unknown,
  least: number = Number.NEGATIVE_INFINITY,
  expected = `an integer of at least ${least}`,
): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new ArgumentError(who, argument, expected, value);
  }
  return value;
}

/** Returns `value` if it is a number in `[low, high]`, else throws an {@link ArgumentError}. NaN never passes. */
export function requireNumber(
  who: string,
  argument: string,
  value: unknown,
  low: number = Number.NEGATIVE_INFINITY,
  high: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    const range = low === -Infinity && high === Infinity ? 'a number' : `a number from ${low} to ${high}`;
    throw new ArgumentError(who, argument, range, value);
  }
  return value;
}

/** Returns `value` if it is one of `allowed`, else throws an {@link ArgumentError} that lists them. */
export function requireOneOf<const T extends string>(
  who: string,
  argument: string,
  value: unknown,
  allowed: readonly T[],
): T {
  if (!allowed.includes(value as T)) {
    throw new ArgumentError(who, argument, `one of ${allowed.map((name) => `'${name}'`).join(', ')}`, value);
  }
  return value as T;
}

/**
 * The spelling under which a registry knows a name: camelCase, as in code. Keras's snake_case and class names are
 * accepted: `'sparse_categorical_crossentropy'`, `'SparseCategoricalCrossentropy'` → `'sparseCategoricalCrossentropy'`.
 */
export function canonicalName(name: string): string {
  const camel = name.replaceAll(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return camel.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (start) => start.toLowerCase());
}
