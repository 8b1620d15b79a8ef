import { ArgumentError } from '@capas/core';

/** Numbers of elements at the borders: one for all, one for each spatial axis, or `[before, after]` for each. */
export type Borders = number | readonly (number | readonly [number, number])[];

/** The numbers before and after each of `rank` spatial axes; along a single axis a list is `[before, after]`. */
export function bordersOf(who: string, argument: string, value: Borders, rank: number): readonly [number, number][] {
  const perAxis = typeof value === 'number' ? new Array<number>(rank).fill(value) : rank === 1 ? [value] : value;
  const pairs = Array.isArray(perAxis) ? perAxis.map((item) => (typeof item === 'number' ? [item, item] : item)) : [];
  const valid = pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isCount));
  if (!valid || pairs.length !== rank) {
    const lists = rank === 1 ? 'a list [before, after]' : `a list of ${rank} such integers or pairs [before, after]`;
    throw new ArgumentError(who, argument, `an integer of at least 0, or ${lists}`, value);
  }
  return pairs as [number, number][];
}

const isCount = (item: unknown): boolean => Number.isInteger(item) && (item as number) >= 0;
