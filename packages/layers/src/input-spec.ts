import { type PartialShape, ShapeError, showShape } from '@capas/core';

/** What a layer expects of its input; checked before each call. */
export interface InputSpec {
  /** The exact rank. */
  readonly rank?: number;
  /** The least rank. */
  readonly minRank?: number;
  /** Dimensions by axis (negative: from the end). */
  readonly axes?: Readonly<Record<number, number>>;
}

/** Throws a {@link ShapeError} that names the layer if a shape does not meet its spec. */
export function checkInput(layerName: string, spec: InputSpec, shape: PartialShape): void {
  const problem = mismatch(spec, shape);
  if (problem)
    throw new ShapeError(`Layer '${layerName}' expects ${problem}. Received: input of shape ${showShape(shape)}.`);
}

function mismatch({ rank, minRank, axes = {} }: InputSpec, shape: PartialShape): string | undefined {
  if (rank !== undefined && shape.length !== rank) return `an input of rank ${rank} (with the batch axis)`;
  if (minRank !== undefined && shape.length < minRank)
    return `an input of rank ${minRank} or more (with the batch axis)`;
  for (const [axis, size] of Object.entries(axes)) {
    const actual = shape.at(Number(axis));
    if (actual !== null && actual !== size) return `an input whose axis ${axis} has size ${size}`;
  }
  return undefined;
}
