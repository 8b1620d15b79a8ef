import * as tf from '@tensorflow/tfjs-core';
import { gradients } from '../autodiff.ts';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { buildTree, flattenTree, type TensorsOf, type Tree } from '../tensor/tree.ts';
import { floats } from './support.ts';

/**
 * A function's value at `primals` and its derivative in the direction `tangents`: `J(x) · v`, without the matrix. `fun` returns a
 * tensor, or a list or record of them; with `hasAux`, `[those, anything]`, and the anything comes third.
 *
 * It is the derivative by `u` of `uᵀ J(x) · v`: two passes backwards, as the tape has none forwards.
 *
 * @throws ArgumentError if there is not one tangent for each primal; ShapeError if their shapes differ
 * @example
 * const [y, dy] = ops.jvp((x) => ops.square(x), [3], [1]); // 9, 6
 */
export function jvp<Out extends Tree>(
  fun: (...primals: Tensor[]) => Out,
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
  options?: { readonly hasAux?: false },
): [primalsOut: TensorsOf<Out>, tangentsOut: TensorsOf<Out>];
export function jvp<Out extends Tree, Aux>(
  fun: (...primals: Tensor[]) => readonly [Out, Aux],
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
  options: { readonly hasAux: true },
): [primalsOut: TensorsOf<Out>, tangentsOut: TensorsOf<Out>, aux: Aux];
export function jvp(
  fun: (...primals: Tensor[]) => unknown,
  primals: readonly TensorLike[],
  tangents: readonly TensorLike[],
  { hasAux = false }: { readonly hasAux?: boolean } = {},
): unknown[] {
  return scope(() => {
    const xs = primals.map((x) => floats('jvp', x));
    const directions = directionsOf(xs, tangents);
    const result = fun(...xs);
    const outputOf = (value: unknown): Tree => (hasAux ? (value as readonly Tree[])[0] : (value as Tree));
    const { leaves, form } = flattenTree(outputOf(result));
    const ys = leaves.map((y) => floats('jvp', y));
    const turned = gradients((...us) => {
      const weighted = (...zs: Tensor[]) => dotAll(flattenTree(outputOf(fun(...zs))).leaves as Tensor[], us);
      return dotAll(gradients(weighted, xs), directions);
    }, ys.map(tf.onesLike));
    const out = turned.map((dy, i) => dy ?? tf.zerosLike(ys[i]!));
    return [buildTree(form, ys), buildTree(form, out), ...(hasAux ? [(result as readonly unknown[])[1]] : [])];
  });
}

/** The sum of the products of all elements; a tensor that is missing counts as 0. */
const dotAll = (as: readonly (Tensor | undefined)[], bs: readonly Tensor[]): Tensor =>
  as.reduce((sum: Tensor, a, i) => (a ? tf.add(sum, tf.sum(tf.mul(a, bs[i]!))) : sum), tf.scalar(0));

function directionsOf(xs: readonly Tensor[], tangents: readonly TensorLike[]): Tensor[] {
  if (tangents.length !== xs.length) {
    throw new ArgumentError('ops.jvp', 'tangents', `${xs.length} tensors, one for each primal`, tangents);
  }
  return tangents.map((tangent, i) => {
    const value = floats('jvp', tangent);
    if (sameShape(value.shape, xs[i]!.shape)) return value;
    throw new ShapeError(
      `ops.jvp: tangent ${i} must have the shape of its primal, ${showShape(xs[i]!.shape)}. Received: ${showShape(value.shape)}.`,
    );
  });
}
