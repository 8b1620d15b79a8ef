import { CapasError, ShapeError, showShape } from '../../errors.ts';
import { broadcastShapes, type Shape, sameShape, sizeOf } from '../../tensor/shape.ts';
import { callOf, type Expression, inputOf } from '../expression.ts';
import { type Elements, type HostValue, requireDType, showType } from '../primitive.ts';
import type { ValueType } from '../program.ts';
import { transposed } from '../strided.ts';
import { dot } from './dot.ts';
import { callsIn, elementwiseType, evaluateElementwise } from './elementwise.ts';
import { reduce } from './reduce.ts';
import { softmax } from './softmax.ts';

/*
 * What `attention` and its gradient have in common. Arrays are `[batch, length, heads, dim]`, scores `[batch, heads, queries, keys]`.
 */

/** `[batch, length, heads, dim]` ↔ `[batch, heads, length, dim]`: it undoes itself. */
const HEADS_FIRST = [0, 2, 1, 3];

/**
 * The type of the scores.
 *
 * @throws {CapasError} Query, key and value, or what is beside them, do not fit together.
 */
export function scoresType(
  primitive: string,
  [q, k, v]: readonly ValueType[],
  extras: readonly ValueType[],
  expressions: readonly (Expression | undefined)[],
): ValueType {
  for (const [name, type] of Object.entries({ q: q!, k: k!, v: v! })) requireDType(primitive, name, type, 'float32');
  const [batch, queries, heads, dim] = q!.shape;
  const keys = k!.shape[1];
  const fits =
    [q, k, v].every((type) => type!.shape.length === 4) &&
    sameShape(k!.shape, [batch!, keys!, heads!, dim!]) &&
    sameShape(v!.shape.slice(0, 3), [batch!, keys!, heads!]);
  if (!fits) {
    throw new ShapeError(
      `${primitive}: expected [batch, queries, heads, dim], [batch, keys, heads, dim] and [batch, keys, heads, valueDim], received ${showShape(q!.shape)}, ${showShape(k!.shape)} and ${showShape(v!.shape)}.`,
    );
  }
  const scores: ValueType = { shape: [batch!, heads!, queries!, keys!], dtype: 'float32' };
  for (const { shape } of extras) {
    if (sameShape(broadcastShapes(primitive, scores.shape, shape) as Shape, scores.shape)) continue;
    throw new ShapeError(
      `${primitive}: an extra input must broadcast to the scores, ${showShape(scores.shape)}. Received: ${showShape(shape)}.`,
    );
  }
  for (const expression of expressions) {
    if (!expression) continue;
    const { dtype } = elementwiseType(primitive, [scores, ...extras], expression);
    if (dtype === 'float32') continue;
    throw new CapasError(`${primitive}: scores stay float32. Received: ${showType({ ...scores, dtype })}.`);
  }
  return scores;
}

/** The elements with the heads before the length. */
export const headsFirst = (x: HostValue): HostValue => ({
  type: { ...x.type, shape: HEADS_FIRST.map((axis) => x.type.shape[axis]!) },
  data: transposed(x, HEADS_FIRST),
});

/** The elements of `[batch, heads, length, dim]` as `[batch, length, heads, dim]`. */
export const headsBehind = (x: HostValue): Elements => headsFirst(x).data;

/** The product of matrices of all heads. */
export function product(a: HostValue, b: HostValue, flags: { transposeA?: boolean; transposeB?: boolean }): HostValue {
  const attrs = { transposeA: false, transposeB: false, ...flags };
  const types = dot.infer([a.type, b.type], attrs);
  return { type: types[0]!, data: dot.evaluate([a, b], attrs, types)[0]! };
}

/** Scores after an expression of them and of the extra inputs. */
export const changed = (
  scores: HostValue,
  extras: readonly HostValue[],
  expression: Expression | undefined,
): HostValue =>
  expression ? { type: scores.type, data: evaluateElementwise([scores, ...extras], expression, scores.type) } : scores;

/** How much each query looks at each key. */
export function weightsOf(
  q: HostValue,
  k: HostValue,
  extras: readonly HostValue[],
  epilogue: Expression | undefined,
): HostValue {
  const scores = changed(product(q, k, { transposeB: true }), extras, epilogue);
  return { type: scores.type, data: softmax.evaluate([scores], {}, [scores.type])[0]! };
}

/** What `p (dp - Σ p dp)` along the last axis is: the slopes of what softmax got, from those of the weights. */
export function slopesOfSoftmax(weights: HostValue, dp: HostValue): HostValue {
  const { shape } = weights.type;
  const attrs = { kind: 'sum', axes: [shape.length - 1], expr: callOf('mul', inputOf(0), inputOf(1)) };
  const [data] = reduce.evaluate([weights, dp], attrs, reduce.infer([weights.type, dp.type], attrs));
  const sums: HostValue = { type: { shape: [...shape.slice(0, -1), 1], dtype: 'float32' }, data: data! };
  return changed(weights, [dp, sums], callOf('mul', inputOf(0), callOf('sub', inputOf(1), inputOf(2))));
}

/** The arithmetic operations of so many products of `[queries, keys]` with each head's dimensions, and of softmax. */
export function attentionFlops(
  scores: ValueType,
  dims: readonly number[],
  expressions: readonly (Expression | undefined)[],
): number {
  const calls = expressions.reduce((sum, expression) => sum + (expression ? callsIn(expression) : 0), 0);
  const { flops } = softmax.cost([scores], {}, [scores]);
  return sizeOf(scores.shape) * (calls + 2 * dims.reduce((sum, dim) => sum + dim, 0)) + flops;
}
