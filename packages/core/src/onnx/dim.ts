import { CapasError } from '../errors.ts';

/** A multiple of the number of samples in a batch. */
export interface Batch {
  readonly batches: number;
}

/** A dimension: as many elements whatever the batch, or a multiple of it. */
export type Dim = number | Batch;

/** Something about a program that depends on the size of the batch in a way that a graph for any batch cannot say. */
export class BatchError extends CapasError {
  override name = 'BatchError';
}

export const isBatch = (value: unknown): value is Batch =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'batches');

export const sameDim = (a: Dim, b: Dim): boolean => (isBatch(a) ? isBatch(b) && a.batches === b.batches : a === b);

/** The sum of two dimensions. */
export function addDims(a: Dim, b: Dim): Dim {
  if (!isBatch(a) && !isBatch(b)) return a + b;
  if (isBatch(a) && isBatch(b)) return { batches: a.batches + b.batches };
  if (a === 0) return b;
  if (b === 0) return a;
  throw new BatchError(`it works at a place that is ${show(a)} + ${show(b)}`);
}

/** The product of two dimensions. */
export function multiplyDims(a: Dim, b: Dim): Dim {
  if (!isBatch(a)) return isBatch(b) ? { batches: a * b.batches } : a * b;
  if (!isBatch(b)) return { batches: a.batches * b };
  throw new BatchError(`it has ${show(a)} × ${show(b)} elements`);
}

/** Dimensions that must not depend on the batch. */
export function fixedDims(what: string, dims: readonly Dim[]): readonly number[] {
  if (dims.some(isBatch)) throw new BatchError(`${what} is [${dims.map(show).join(', ')}]`);
  return dims as readonly number[];
}

const show = (dim: Dim): string => (isBatch(dim) ? `${dim.batches === 1 ? '' : `${dim.batches} · `}batch` : `${dim}`);
