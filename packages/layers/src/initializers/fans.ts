import type { Shape } from '@capas/core';

/** How many inputs and outputs a weight connects. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Counts the inputs and outputs of a weight: the dimensions of a matrix; of a convolution kernel
 * `[...window, inputs, outputs]` those times the size of the window.
 *
 * @param inputAxes, outputAxes the axes to multiply instead, if both are given
 * @see Keras 3, `compute_fans` in `keras/src/initializers/random_initializers.py`
 */
export function computeFans(
  shape: Shape,
  inputAxes?: readonly number[] | null,
  outputAxes?: readonly number[] | null,
): Fans {
  const product = (dims: readonly number[]): number => dims.reduce((total, dim) => total * dim, 1);
  if (inputAxes && outputAxes) {
    return {
      fanIn: product(inputAxes.map((axis) => shape.at(axis)!)),
      fanOut: product(outputAxes.map((axis) => shape.at(axis)!)),
    };
  }
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1 };
  const window = product(shape.slice(0, -2));
  return { fanIn: shape.at(-2)! * window, fanOut: shape.at(-1)! * window };
}
