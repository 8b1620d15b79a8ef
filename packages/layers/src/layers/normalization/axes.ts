import { ArgumentError, type PartialShape, positiveAxis } from '@capas/core';

/** The axis or axes that a layer normalizes along. */
export interface AxesConfig {
  /** Counted with the batch axis, negative ones from the end. @defaultValue −1: the last */
  readonly axis?: number | readonly number[];
}

/** Throws unless an axis is an integer or a list of integers. */
export function requireAxes(who: string, axis: unknown): void {
  const list = Array.isArray(axis) ? axis : [axis];
  if (list.length === 0 || !list.every(Number.isInteger))
    throw new ArgumentError(who, 'axis', 'an integer or a list of integers', axis);
}

/** The axes of an input of this shape, counted from its start, in order. @throws ShapeError if it has no such axis */
export const axesIn = (who: string, axis: number | readonly number[], { length }: PartialShape): number[] =>
  [axis]
    .flat()
    .map((one) => positiveAxis(who, one, length))
    .sort((a, b) => a - b);

/** The sizes along the axes, in the order of Keras's weights: that of the numbers, negative axes first. */
export const sizesAlong = (who: string, axis: number | readonly number[], shape: PartialShape): PartialShape => {
  axesIn(who, axis, shape);
  return [axis]
    .flat()
    .sort((a, b) => a - b)
    .map((one) => shape.at(one)!);
};
