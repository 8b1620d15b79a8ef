import { ArgumentError, UnknownNameError } from '@capas/core';

/** One thing for the only output, or one per output as a list or by output name. */
export type PerOutput<T> = T | readonly (T | null)[] | Readonly<Record<string, T | null>>;

/** One item per output: the given one for all, or by place, or by name. */
export function perOutput<T>(argument: string, given: PerOutput<T> | null, names: readonly string[]): (T | null)[] {
  if (given === null) return names.map(() => null);
  if (Array.isArray(given)) {
    if (given.length !== names.length) {
      throw new ArgumentError(
        'compile',
        argument,
        `a list of ${names.length}, one for each output (${names.join(', ')})`,
        given,
      );
    }
    return [...(given as readonly (T | null)[])];
  }
  if (isRecord(given)) {
    const record = given as Readonly<Record<string, T | null>>;
    for (const key of Object.keys(record))
      if (!names.includes(key)) throw new UnknownNameError(`output in \`${argument}\``, key, names);
    return names.map((name) => record[name] ?? null);
  }
  return names.map(() => given as T);
}

/**
 * A list of items per output. A flat list is for the only output; for several outputs it has one item for each, as in Keras.
 */
export function listsPerOutput<T>(
  argument: string,
  given: readonly T[] | PerOutput<readonly T[] | T> | undefined,
  names: readonly string[],
): (readonly T[])[] {
  if (given === undefined) return names.map(() => []);
  const isFlat = Array.isArray(given) && !given.some((item) => Array.isArray(item) || item === null);
  if (isFlat && (names.length === 1 || given.length === 0)) return names.map(() => given as readonly T[]);
  return perOutput<readonly T[] | T>(argument, given as PerOutput<readonly T[] | T>, names).map((list) =>
    list === null ? [] : Array.isArray(list) ? (list as readonly T[]) : [list as T],
  );
}

/** Whether such an option names outputs that there are: one thing or list for each, or a record by their names. */
export function fitsOutputs(given: unknown, names: readonly string[]): boolean {
  if (isRecord(given)) return Object.keys(given as object).every((key) => names.includes(key));
  return names.length === 1 || (Array.isArray(given) && given.length === names.length);
}

/** Everything that stands in such an option. */
export function identifiers(given: unknown): unknown[] {
  if (given === undefined || given === null) return [];
  if (Array.isArray(given)) return given.flatMap(identifiers);
  return isRecord(given) ? Object.values(given).flatMap(identifiers) : [given];
}

/** Whether a value is a plain record by output names, and not a serialized object `{ className, config }`. */
const isRecord = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  value.constructor === Object &&
  !('className' in value || 'class_name' in value);
