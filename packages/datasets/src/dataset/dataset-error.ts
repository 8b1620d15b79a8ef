import { CapasError } from '@capas/core';
import type { Origin, Stage } from './stage.ts';

/**
 * An element of a data set could not be made. The message says which, of what, and from which rows; `cause` is the error itself.
 *
 * @example
 * // element 17 of map of shuffle of fromCsv(prices.csv, row 202): Cannot read properties of undefined
 */
export class DatasetError extends CapasError {
  override name = 'DatasetError';

  constructor(stage: Stage<unknown>, index: number, origin: Origin | undefined, cause: unknown) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    super(`element ${index} of ${chainOf(stage, origin)}: ${problem}`, { cause });
  }
}

/** `error` with the element it is about, unless it says so already. */
export const atElement = (
  stage: Stage<unknown>,
  index: number,
  origin: Origin | undefined,
  error: unknown,
): DatasetError => (error instanceof DatasetError ? error : new DatasetError(stage, index, origin, error));

/** `map of shuffle of fromArrays(row 3)` */
function chainOf(stage: Stage<unknown>, origin: Origin | undefined): string {
  const names: string[] = [];
  let source: Stage<unknown> = stage;
  for (; source.inputs[0]; source = source.inputs[0]) names.push(source.name);
  return [...names, origin ? showOrigin(origin) : source.name].join(' of ');
}

/** `fromCsv(prices.csv, rows 4, 9)` */
function showOrigin({ source, unit, rows, count }: Origin): string {
  const shown = rows.join(', ') + (count > rows.length ? `, … ${count} in all` : '');
  const place = `${unit}${count === 1 ? '' : 's'} ${shown}`;
  return source.endsWith(')') ? `${source.slice(0, -1)}, ${place})` : `${source}(${place})`;
}
