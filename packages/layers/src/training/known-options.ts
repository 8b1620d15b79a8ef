import { ArgumentError, UnknownNameError } from '@capas/core';

/** The keys of an options object; a record, so that the compiler asks for each of them. */
export type OptionNames<Options> = Readonly<Record<keyof Required<Options>, true>>;

/**
 * Throws for an option that does not exist, which JavaScript would pass over in silence.
 *
 * @throws UnknownNameError that suggests the nearest one; ArgumentError if `options` is no object
 */
export function requireKnownOptions<Options extends object>(
  who: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new ArgumentError(who, 'options', 'an object', options);
  for (const key of Object.keys(options))
    if (!Object.hasOwn(known, key)) throw new UnknownNameError(`option of ${who}`, key, Object.keys(known));
}
