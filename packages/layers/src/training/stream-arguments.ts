import { ArgumentError } from '@capas/core';

/** Options that are for arrays; a stream has them in its batches. */
const FOR_ARRAYS = {
  sampleWeight: 'each batch has its own: [x, y, sampleWeight]',
  batchSize: 'batches are taken as they come',
  validationSplit: 'give `validationData`',
} as const;

/**
 * Refuses what cannot be with a stream.
 *
 * @throws ArgumentError
 */
export function requireNoArrays(
  who: string,
  y: unknown,
  options: Readonly<Partial<Record<keyof typeof FOR_ARRAYS, unknown>>>,
): void {
  if (y !== undefined && y !== null)
    throw new ArgumentError(who, 'y', 'left out where `x` is a stream: each batch has its own, [x, y]', y);
  for (const [name, why] of Object.entries(FOR_ARRAYS)) {
    const value = options[name as keyof typeof FOR_ARRAYS];
    if (value !== undefined) throw new ArgumentError(who, name, `left out where \`x\` is a stream: ${why}`, value);
  }
}

/** `y` and options of a call: of a stream, the options may come second. */
export function argumentsOf<Y, Options extends object>(
  isStreamed: boolean,
  y: Y | Options | undefined,
  options: Options | undefined,
): { readonly y: Y | undefined; readonly options: Options } {
  const isOptions =
    isStreamed && options === undefined && typeof y === 'object' && y !== null && y.constructor === Object;
  return isOptions
    ? { y: undefined, options: y as Options }
    : { y: y as Y | undefined, options: options ?? ({} as Options) };
}
