import { ArgumentError, requireOneOf, ShapeError } from '@capas/core';

/** How the border is treated: `'valid'` uses whole windows only, `'same'` pads with zeros so that stride 1 keeps the size. */
export type Padding = 'valid' | 'same';

/** A positive integer (one of at least `least`) for each spatial axis, from one number for all or a list. */
export function spatialList(
  who: string,
  argument: string,
  value: number | readonly number[],
  rank: number,
  least = 1,
): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  if (!Array.isArray(list) || list.length !== rank || !list.every((item) => Number.isInteger(item) && item >= least)) {
    const what = least === 1 ? 'a positive integer' : `an integer of at least ${least}`;
    throw new ArgumentError(who, argument, `${what} or a list of ${rank} of them`, value);
  }
  return list;
}

/** Checks a padding; upper case is accepted. */
export const paddingOf = (who: string, padding: unknown): Padding =>
  requireOneOf(who, 'padding', lower(padding), PADDINGS);

/** As {@link paddingOf}, where `'causal'` is a padding too. */
export const causalPaddingOf = (who: string, padding: unknown): Padding | 'causal' =>
  requireOneOf(who, 'padding', lower(padding), [...PADDINGS, 'causal']);

const PADDINGS = ['valid', 'same'] as const;

const lower = (padding: unknown): unknown => (typeof padding === 'string' ? padding.toLowerCase() : padding);

/** A window along an axis. */
interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation?: number;
  readonly padding: Padding | 'causal';
}

/** The number of windows along an axis; `null` where the length is not known. */
export function windowCount(
  who: string,
  length: number | null,
  { size, stride, dilation = 1, padding }: Window,
): number | null {
  if (length === null) return null;
  const reach = dilation * (size - 1) + 1;
  const count = padding === 'valid' ? Math.floor((length - reach) / stride) + 1 : Math.ceil(length / stride);
  if (count <= 0) {
    throw new ShapeError(
      `${who}: a window of ${reach} does not fit an axis of length ${length}. Use padding 'same' or a smaller window.`,
    );
  }
  return count;
}
