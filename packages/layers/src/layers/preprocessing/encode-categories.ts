import { ArgumentError, canonicalName, ops, type PartialShape, requireOneOf, type Tensor } from '@capas/core';

/** How category numbers are given out; each mode also in Keras's spelling. */
export type CategoryMode = 'int' | 'oneHot' | 'one_hot' | 'multiHot' | 'multi_hot' | 'count';

/** The modes in the spelling of code. */
export type CanonicalMode = 'int' | 'oneHot' | 'multiHot' | 'count' | 'tfIdf';

/** An output mode in the spelling of code; Keras's old names `'binary'` and `'tf-idf'` are known too. */
export function requireMode<const Mode extends CanonicalMode>(
  who: string,
  value: unknown,
  allowed: readonly Mode[],
): Mode {
  const name = value === 'binary' ? 'multiHot' : value === 'tf-idf' ? 'tfIdf' : value;
  return requireOneOf(who, 'outputMode', typeof name === 'string' ? canonicalName(name) : name, allowed);
}

/** Refuses what only TensorFlow has. */
export function requireDense(who: string, option: 'sparse' | 'ragged', value: unknown): void {
  if (value) throw new ArgumentError(who, option, `false, there are no ${option} tensors`, value);
}

/**
 * Category numbers as they are (`'int'`), each as a vector of `depth` numbers (`'oneHot'`), or all of a sample as one vector:
 * which occur (`'multiHot'`), or how often, or the sums of their weights (`'count'`). Numbers that are no category count nothing.
 *
 * Shapes: `[…batch, 1]` and `[…batch]` → `[…batch, depth]` for `'oneHot'`; `[batch, n]` → `[batch, depth]` and `[n]` → `[depth]`
 * for the others, which of inputs `[batch, n, …rest]` join axis 1.
 *
 * @see Keras 3, `keras/src/utils/numerical_utils.py`, `encode_categorical_inputs`
 */
export function encodeCategories(
  categories: Tensor,
  mode: Exclude<CanonicalMode, 'tfIdf'>,
  depth: number,
  weights?: Tensor,
): Tensor {
  const numbers = ops.cast(categories, 'int32');
  if (mode === 'int') return numbers;
  const samples = numbers.rank === 0 ? ops.reshape(numbers, [1]) : numbers;
  if (mode === 'oneHot') {
    const { shape } = samples;
    const isColumn = shape.length > 1 && shape.at(-1) === 1;
    return ops.oneHot(isColumn ? ops.reshape(samples, shape.slice(0, -1)) : samples, depth);
  }
  const joinedLast = (x: Tensor): Tensor => (x.rank > 2 ? ops.moveaxis(x, 1, -1) : x);
  return ops.countClasses(joinedLast(samples), depth, {
    isBinary: mode === 'multiHot',
    ...(weights && { weights: joinedLast(weights) }),
  });
}

/** The shape of what {@link encodeCategories} gives; `depth` is `null` where it is not known. */
export function encodedShape(
  shape: PartialShape,
  mode: Exclude<CanonicalMode, 'tfIdf'>,
  depth: number | null,
): PartialShape {
  if (mode === 'int') return shape;
  if (mode === 'oneHot') return [...(shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape), depth];
  return shape.length < 2 ? [depth] : [shape[0]!, ...shape.slice(2), depth];
}
