import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { broadcastShapes, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { buildTree, flattenTree, type TensorsOf, type Tree } from '../tensor/tree.ts';
import { broadcastTo } from './shape.ts';
import { tensor } from './support.ts';

/** Options of {@link vectorize}. */
export interface VectorizeOptions {
  /** The arguments, by position, that the function is given as they are. */
  readonly excluded?: readonly number[];
  /** The axes that one call works on, at the end of each argument and result: `'(m,n),(n)->(m)'`. By default none. */
  readonly signature?: string | null;
}

/**
 * A function of scalars (or, with a signature, of vectors, matrices …) as one of tensors: it is called for each element, and
 * arguments are broadcast against each other. What it returns may be a tensor, or a list or record of them.
 *
 * @throws ArgumentError if the signature is none, or names another number of arguments; ShapeError if an argument has not its axes
 * @example
 * const dots = ops.vectorize(ops.dot, { signature: '(n),(n)->()' });
 * dots(ops.ones([5, 3]), [1, 2, 3]); // [6, 6, 6, 6, 6]
 */
export function vectorize<Out extends Tree>(
  fn: (...args: Tensor[]) => Out,
  options: VectorizeOptions = {},
): (...args: TensorLike[]) => TensorsOf<Out> {
  const excluded = new Set(options.excluded);
  const axes = options.signature ? axesOfInputs(options.signature) : undefined;
  return (...args) =>
    scope(() => {
      const values = args.map((x) => tensor('vectorize', x));
      const looped = [...values.keys()].filter((i) => !excluded.has(i));
      if (axes && axes.length !== looped.length) {
        throw new ArgumentError('ops.vectorize', 'signature', `of ${looped.length} arguments`, options.signature);
      }
      const splits = looped.map((i, k) => split(values[i]!.shape, axes?.[k] ?? []));
      checkSizes(splits, axes ?? []);
      const batch = splits.reduce<readonly number[]>(
        (all, { outer }) => broadcastShapes('ops.vectorize', all, outer) as readonly number[],
        [],
      );
      const rows = looped.map((i, k) => {
        const { inner } = splits[k]!;
        return tf.unstack(tf.reshape(broadcastTo(values[i]!, [...batch, ...inner]), [-1, ...inner]));
      });
      const results = Array.from({ length: sizeOf(batch) }, (_, row) => {
        const given = [...values];
        looped.forEach((i, k) => {
          given[i] = rows[k]![row]!;
        });
        return flattenTree(fn(...given));
      });
      const { leaves, form } = results[0]!;
      const joined = leaves.map((_, leaf) => {
        const all = tf.stack(results.map((result) => tensor('vectorize', result.leaves[leaf]!)));
        return tf.reshape(all, [...batch, ...all.shape.slice(1)]);
      });
      return buildTree(form, joined) as TensorsOf<Out>;
    });
}

interface Split {
  /** The axes that are looped over. */
  readonly outer: readonly number[];
  /** Those of one call. */
  readonly inner: readonly number[];
}

function split(shape: readonly number[], names: readonly string[]): Split {
  const rank = shape.length - names.length;
  if (rank >= 0) return { outer: shape.slice(0, rank), inner: shape.slice(rank) };
  throw new ShapeError(`ops.vectorize: expected axes (${names}) at the end. Received: ${showShape(shape)}.`);
}

/** Throws if an axis that stands in several places of a signature has several sizes. */
function checkSizes(splits: readonly Split[], axes: readonly (readonly string[])[]): void {
  const sizes = new Map<string, number>();
  axes.forEach((names, i) => {
    names.forEach((name, k) => {
      const size = splits[i]!.inner[k]!;
      const known = sizes.get(name) ?? size;
      sizes.set(name, known);
      if (known !== size) throw new ShapeError(`ops.vectorize: axis '${name}' has sizes ${known} and ${size}.`);
    });
  });
}

/** `'(m,n),(n)->(m)'` → `[['m', 'n'], ['n']]` */
function axesOfInputs(signature: string): string[][] {
  const plain = signature.replaceAll(/\s/g, '');
  if (!/^(\((\w+(,\w+)*)?\),?)+->(\((\w+(,\w+)*)?\),?)+$/.test(plain)) {
    throw new ArgumentError('ops.vectorize', 'signature', "like '(m,n),(n)->(m)'", signature);
  }
  const [inputs] = plain.split('->') as [string];
  return [...inputs.matchAll(/\(([^)]*)\)/g)].map(([, names]) => (names ? names.split(',') : []));
}
