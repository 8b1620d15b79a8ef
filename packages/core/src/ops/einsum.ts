import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { floats } from './support.ts';

/**
 * Sums of products in Einstein's notation: one letter per axis, `...` for broadcast axes, any number of operands.
 *
 * Pairs are contracted from left to right, each by one batched matrix product.
 *
 * @example
 * ops.einsum('bqhd,bkhd->bhqk', query, key); // attention scores
 */
export function einsum(subscripts: string, ...operands: readonly TensorLike[]): Tensor {
  return scope(() => {
    const values = operands.map((operand) => floats('einsum', operand));
    const { inputs, output } = parse(subscripts, values);
    let terms = values.map((value, i) => diagonals({ value, labels: inputs[i]! }));
    terms = dropBroadcast(terms);
    while (terms.length > 1) {
      const [a, b, ...rest] = terms as [Term, Term, ...Term[]];
      const later = new Set([...output, ...rest.flatMap((term) => term.labels)]);
      const neededA = new Set([...later, ...b.labels]);
      const neededB = new Set([...later, ...a.labels]);
      terms = [multiply(sumOut(a, neededA), sumOut(b, neededB), later), ...rest];
    }
    return arrange(sumOut(terms[0]!, new Set(output)), output);
  });
}

/** A tensor with a label for each axis. */
interface Term {
  readonly value: Tensor;
  readonly labels: readonly string[];
}

function parse(subscripts: string, values: readonly Tensor[]): { inputs: string[][]; output: string[] } {
  const [left = '', right] = subscripts.replaceAll(/\s/g, '').split('->');
  const parts = left.split(',');
  if (parts.length !== values.length || !/^[A-Za-z.,]*$/.test(left) || !/^[A-Za-z.]*$/.test(right ?? '')) {
    throw new ArgumentError('ops.einsum', 'subscripts', `letters for ${values.length} operands`, subscripts);
  }
  const named = parts.map((part) => part.replace('...', '').length);
  const broadcast = Math.max(0, ...parts.map((part, i) => (part.includes('...') ? values[i]!.rank - named[i]! : 0)));
  const dots = Array.from({ length: broadcast }, (_, i) => `.${i}`);
  const expand = (part: string, count: number) => {
    const [before, after] = part.split('...') as [string, string?];
    return after === undefined ? [...before] : [...before, ...dots.slice(broadcast - count), ...after];
  };
  const inputs = parts.map((part, i) => {
    const labels = expand(part, values[i]!.rank - named[i]!);
    if (labels.length !== values[i]!.rank) {
      throw new ShapeError(`ops.einsum: '${part}' does not fit operand ${i} of shape ${showShape(values[i]!.shape)}.`);
    }
    return labels;
  });
  const all = inputs.flat();
  const once = [...new Set(all)].filter((label) => label.length === 1 && all.indexOf(label) === all.lastIndexOf(label));
  const output = right === undefined ? [...dots, ...once.sort()] : expand(right, broadcast);
  const unknown = output.find((label) => !all.includes(label));
  if (unknown)
    throw new ArgumentError('ops.einsum', 'subscripts', `without the new output label '${unknown}'`, subscripts);
  return { inputs, output };
}

/** Takes the diagonal where a label stands twice: `ii` becomes `i`. */
function diagonals(term: Term): Term {
  const { value, labels } = term;
  const first = labels.findIndex((label, i) => labels.indexOf(label, i + 1) !== -1);
  if (first === -1) return term;
  const second = labels.indexOf(labels[first]!, first + 1);
  const n = value.shape[first]!;
  if (n !== value.shape[second]) {
    throw new ShapeError(`ops.einsum: label '${labels[first]}' stands for ${n} and ${value.shape[second]}.`);
  }
  const rest = labels.map((_, i) => i).filter((i) => i !== first && i !== second);
  const square = tf.reshape(tf.transpose(value, [...rest, first, second]), [
    ...rest.map((i) => value.shape[i]!),
    n * n,
  ]);
  const diagonal = tf.gather(square, tf.range(0, n * n, n + 1, 'int32'), rest.length);
  return diagonals({ value: diagonal, labels: [...rest.map((i) => labels[i]!), labels[first]!] });
}

/** Drops axes of length 1 whose label is longer in another operand: that is broadcasting. */
function dropBroadcast(terms: readonly Term[]): Term[] {
  const lengths = new Map<string, number>();
  for (const { value, labels } of terms) {
    labels.forEach((label, i) => {
      const known = lengths.get(label) ?? 1;
      const dim = value.shape[i]!;
      if (known !== 1 && dim !== 1 && known !== dim) {
        throw new ShapeError(`ops.einsum: label '${label}' stands for ${known} and ${dim}.`);
      }
      if (known === 1) lengths.set(label, dim);
    });
  }
  return terms.map(({ value, labels }) => {
    const kept = labels.map((_, i) => i).filter((i) => value.shape[i] === lengths.get(labels[i]!));
    return {
      value:
        kept.length === labels.length
          ? value
          : tf.reshape(
              value,
              kept.map((i) => value.shape[i]!),
            ),
      labels: kept.map((i) => labels[i]!),
    };
  });
}

function sumOut({ value, labels }: Term, needed: ReadonlySet<string>): Term {
  const axes = labels.map((_, i) => i).filter((i) => !needed.has(labels[i]!));
  if (axes.length === 0) return { value, labels };
  return { value: tf.sum(value, axes), labels: labels.filter((label) => needed.has(label)) };
}

function multiply(a: Term, b: Term, later: ReadonlySet<string>): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const summed = shared.filter((label) => !later.has(label));
  const freeA = a.labels.filter((label) => !shared.includes(label));
  const freeB = b.labels.filter((label) => !shared.includes(label));
  const dims = ({ value, labels }: Term, wanted: readonly string[]) =>
    wanted.map((label) => value.shape[labels.indexOf(label)]!);
  const sizes = [dims(a, batch), dims(a, freeA), dims(b, freeB)] as const;
  const k = sizeOf(dims(a, summed));
  const left = arrange(a, [...batch, ...freeA, ...summed]);
  const right = arrange(b, [...batch, ...summed, ...freeB]);
  const [n, rows, columns] = sizes.map(sizeOf) as [number, number, number];
  const product = tf.matMul(
    tf.reshape(left, batch.length ? [n, rows, k] : [rows, k]),
    tf.reshape(right, batch.length ? [n, k, columns] : [k, columns]),
  );
  return { value: tf.reshape(product, sizes.flat()), labels: [...batch, ...freeA, ...freeB] };
}

function arrange({ value, labels }: Term, wanted: readonly string[]): Tensor {
  const order = wanted.map((label) => labels.indexOf(label));
  return order.every((axis, i) => axis === i) ? tf.clone(value) : tf.transpose(value, order);
}
