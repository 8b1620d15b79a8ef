import { ArgumentError, canonicalName, requireOneOf, ShapeError } from '@capas/core';

/** How the border is treated: `'valid'` uses whole windows only, `'same'` pads with zeros so that stride 1 keeps the size. */
export type Padding = 'valid' | 'same';

/** A positive integer for each spatial axis, from one number for all or a list. */
export function spatialList(
  who: string,
  argument: string,
  value: number | readonly number[],
  rank: number,
): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  if (!Array.isArray(list) || list.length !== rank || !list.every((item) => Number.isInteger(item) && item > 0)) {
    throw new ArgumentError(who, argument, `a positive integer or a list of ${rank} of them`, value);
  }
  return list;
}

/** Checks a padding; upper case is accepted. */
export function paddingOf(who: string, padding: unknown): Padding {
  return requireOneOf(who, 'padding', typeof padding === 'string' ? canonicalName(padding.toLowerCase()) : padding, [
    'valid',
    'same',
  ]);
}

/** The number of windows along an axis; `null` where the length is not known. */
export function windowCount(
  who: string,
  length: number | null,
  { size, stride, dilation = 1, padding }: { size: number; stride: number; dilation?: number; padding: Padding },
): number | null {
  if (length === null) return null;
  const reach = dilation * (size - 1) + 1;
  const count = padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - reach) / stride) + 1;
  if (count <= 0) {
    throw new ShapeError(
      `${who}: a window of ${reach} does not fit an axis of length ${length}. Use padding 'same' or a smaller window.`,
    );
  }
  return count;
}
