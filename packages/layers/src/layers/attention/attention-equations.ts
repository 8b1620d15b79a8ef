import type { PartialShape } from '@capas/core';

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** Some letters, from the `start`th on. */
const lettersFrom = (start: number, count: number): string => letters.slice(start, start + count);

/**
 * The equation of a projection in which the first `free` axes stay, the next `bound` ones are summed over, and those of
 * `sizes` come: `'abc,cde->abde'`.
 */
export function projectionEquation(
  free: number,
  bound: number,
  sizes: PartialShape,
): { readonly equation: string; readonly outputShape: PartialShape; readonly biasAxes: string } {
  const [kept, summed, made] = [
    lettersFrom(0, free),
    lettersFrom(free, bound),
    lettersFrom(free + bound, sizes.length),
  ];
  return {
    equation: `${kept}${summed},${summed}${made}->${kept}${made}`,
    outputShape: [...new Array<null>(free - 1).fill(null), ...sizes],
    biasAxes: made,
  };
}

/** How attention is computed for inputs of some rank. */
interface AttentionEquations {
  /** From query and key to scores. */
  readonly scores: string;
  /** From scores and values to what the heads give. */
  readonly combine: string;
  /** The number of axes that attention goes along. */
  readonly axes: number;
  /** Those axes of the query. */
  readonly attended: readonly number[];
}

/**
 * The equations of attention for query, key and value of this rank: `[batch, …, heads, dim]`.
 *
 * @param axes those that attention goes along; `null`: all between batch and heads; negative ones count from behind that of heads
 */
export function attentionEquations(rank: number, axes: number | readonly number[] | null): AttentionEquations {
  const attended =
    axes === null
      ? Array.from({ length: rank - 3 }, (_, i) => i + 1)
      : [axes].flat().map((axis) => (axis >= 0 ? axis : rank - 1 + axis));
  const target = [...lettersFrom(0, rank)];
  const batch = target.filter((_, axis) => !attended.includes(axis) && axis !== rank - 1);
  // along the axes of attention, keys have letters of their own
  let next = rank;
  const source = target.map((letter, axis) => (attended.includes(axis) ? letters[next++]! : letter));
  const scores = [...batch, ...attended.map((axis) => target[axis]), ...attended.map((axis) => source[axis])].join('');
  return {
    scores: `${target.join('')},${source.join('')}->${scores}`,
    combine: `${scores},${source.join('')}->${target.join('')}`,
    axes: attended.length,
    attended,
  };
}
