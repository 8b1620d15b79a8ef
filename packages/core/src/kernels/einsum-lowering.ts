import type { ProgramBuilder } from '../program/builder.ts';
import { callOf, inputOf } from '../program/expression.ts';
import type { ValueId } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { emitOne, reshapeTo, transposeTo } from './lowering.ts';

/** A sum of products over labelled axes. */
export interface Contraction {
  /** The labels of the axes of each input, and of the result. */
  readonly terms: readonly string[];
  readonly result: string;
  readonly inputs: readonly ValueId[];
}

/** A value whose axes have labels. */
interface Labelled {
  readonly id: ValueId;
  readonly labels: string;
}

/** The contraction in transposes, sums and matrix products, pair after pair; `undefined` where a label is twice in a term. */
export function lowerEinsum(builder: ProgramBuilder, { terms, result, inputs }: Contraction): ValueId | undefined {
  if ([...terms, result].some((term) => new Set(term).size < term.length)) return undefined;
  const operands = inputs.map((id, i): Labelled => ({ id, labels: terms[i]! }));
  const total = operands.reduce((left, right, i) => {
    const needed = result + terms.slice(i + 1).join('');
    return contract(builder, left, right, needed);
  });
  const { id, labels } = sumOut(builder, total, result);
  return transposeTo(
    builder,
    id,
    [...result].map((label) => labels.indexOf(label)),
  );
}

/** The product of two, summed over the labels that nothing else needs. */
function contract(builder: ProgramBuilder, first: Labelled, second: Labelled, needed: string): Labelled {
  const a = sumOut(builder, first, needed + second.labels);
  const b = sumOut(builder, second, needed + first.labels);
  const shared = only(a.labels, b.labels);
  const batch = only(shared, needed);
  const summed = without(shared, needed);
  const rows = without(a.labels, shared);
  const columns = without(b.labels, shared);
  const labels = batch + rows + columns;
  if (!summed) return { id: outerProduct(builder, a, b, labels), labels };
  const sizes = new Map([a, b].flatMap((x) => [...x.labels].map((l, axis) => [l, builder.typeOf(x.id).shape[axis]!])));
  const shapeOf = (of: string): number[] => [...of].map((label) => sizes.get(label)!);
  const left = matrices(builder, a, { batch, rows, columns: summed });
  const right = matrices(builder, b, { batch, rows: summed, columns });
  const product = emitOne(builder, 'dot', [left.id, right.id], {
    transposeA: left.isTurned,
    transposeB: right.isTurned,
  });
  return { id: reshapeTo(builder, product, shapeOf(labels)), labels };
}

/** Sums over the labels that are not among `needed`. */
function sumOut(builder: ProgramBuilder, { id, labels }: Labelled, needed: string): Labelled {
  const axes = [...labels].flatMap((label, axis) => (needed.includes(label) ? [] : [axis]));
  if (!axes.length) return { id, labels };
  return { id: emitOne(builder, 'reduce', [id], { kind: 'sum', axes }), labels: only(labels, needed) };
}

/** Every pair of elements, multiplied: no label is summed. */
function outerProduct(builder: ProgramBuilder, a: Labelled, b: Labelled, labels: string): ValueId {
  const aligned = [a, b].map((x) => {
    const own = only(labels, x.labels);
    const perm = [...own].map((label) => x.labels.indexOf(label));
    const { shape } = builder.typeOf(x.id);
    const spread = [...labels].map((label) => shape[x.labels.indexOf(label)] ?? 1);
    return reshapeTo(builder, transposeTo(builder, x.id, perm), spread);
  });
  return builder.map(callOf('mul', inputOf(0), inputOf(1)), ...aligned);
}

/** A value as one matrix per batch place; turned where its axes are in that order already: a product can read it so. */
function matrices(
  builder: ProgramBuilder,
  { id, labels }: Labelled,
  { batch, rows, columns }: { batch: string; rows: string; columns: string },
): { id: ValueId; isTurned: boolean } {
  const isTurned = labels === batch + columns + rows && labels !== batch + rows + columns;
  const parts = isTurned ? [batch, columns, rows] : [batch, rows, columns];
  const perm = [...parts.join('')].map((label) => labels.indexOf(label));
  const moved = transposeTo(builder, id, perm);
  const { shape } = builder.typeOf(moved);
  const middle = batch.length + parts[1]!.length;
  const sizes = [shape.slice(0, batch.length), shape.slice(batch.length, middle), shape.slice(middle)].map(sizeOf);
  return { id: reshapeTo(builder, moved, batch ? sizes : sizes.slice(1)), isTurned };
}

/** The characters of `labels` that are in `other`, and those that are not. */
const only = (labels: string, other: string): string => [...labels].filter((label) => other.includes(label)).join('');
const without = (labels: string, other: string): string =>
  [...labels].filter((label) => !other.includes(label)).join('');
