/** An iteration space, and how each operand moves in it. */
export interface Walk {
  readonly dims: readonly number[];
  readonly strides: readonly (readonly number[])[];
}

/** The same walk with fewer dims: without those of length 1, and with neighbours as one where every operand walks them as one. */
export function collapse(dims: readonly number[], strides: Walk['strides']): Walk {
  const left: number[] = [];
  const moves = strides.map((): number[] => []);
  dims.forEach((dim, axis) => {
    if (dim === 1) return;
    const last = left.length - 1;
    const joins = last >= 0 && strides.every((steps, i) => moves[i]![last] === steps[axis]! * dim);
    if (joins) left[last]! *= dim;
    else left.push(dim);
    strides.forEach((steps, i) => {
      moves[i]![left.length - 1] = steps[axis]!;
    });
  });
  return { dims: left, strides: moves };
}

/** A walk of at least one dim: a single element has one of length 1. */
export const atLeastOne = ({ dims, strides }: Walk): Walk =>
  dims.length ? { dims, strides } : { dims: [1], strides: strides.map(() => [0]) };
