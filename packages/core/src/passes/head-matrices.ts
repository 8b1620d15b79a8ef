import type { ValueId } from '../program/program.ts';
import { sameShape, sizeOf } from '../tensor/shape.ts';
import type { ProgramGraph } from './program-graph.ts';
import { reshaped, reshapedFrom } from './reshapes.ts';
import type { ProgramView } from './rewrite.ts';

/** How many matrices there are, of `batch` and `heads`. */
export interface Lead {
  readonly batch: number;
  readonly heads: number;
}

/** Matrices `[length, dim]`, one for each head, as a product gets or gives them. */
export interface HeadMatrices {
  /** With `heads` `[batch, length, heads, dim]`, else `[…, length, dim]` or, as `columns`, `[…, dim, length]`. */
  readonly id: ValueId;
  readonly order: 'heads' | 'rows' | 'columns';
  readonly length: number;
  readonly dim: number;
}

/** What a product reads or gives; transposes of the axes of heads are looked through. */
export function headMatrices(id: ValueId, isTransposed: boolean, graph: ProgramGraph): HeadMatrices {
  const own = graph.typeOf(id).shape.slice(-2) as [number, number];
  const [length, dim] = isTransposed ? own.toReversed() : own;
  const base = reshapedFrom(id, graph);
  const producer = graph.producerOf(base);
  if (producer?.primitive === 'transpose') {
    const { shape } = graph.typeOf(base);
    const isOfHeads = sameShape(producer.attrs.perm as readonly number[], isTransposed ? TO_COLUMNS : TO_ROWS);
    if (isOfHeads && sameShape(shape.slice(2), own))
      return { id: producer.inputs[0]!, order: 'heads', length: length!, dim: dim! };
  }
  return { id: base, order: isTransposed ? 'columns' : 'rows', length: length!, dim: dim! };
}

export const sameMatrices = (a: HeadMatrices, b: HeadMatrices): boolean => a.id === b.id && a.order === b.order;

/** Whether there are as many matrices, lying as they are read. */
export function hasLead(
  { id, order, length, dim }: HeadMatrices,
  { batch, heads }: Lead,
  graph: ProgramGraph,
): boolean {
  const { shape, dtype } = graph.typeOf(id);
  const fits = order === 'heads' ? sameShape(shape, [batch, length, heads, dim]) : true;
  return dtype === 'float32' && fits && sizeOf(shape) === batch * heads * length * dim;
}

/** The value `[batch, length, heads, dim]` of matrices. */
export function toHeads({ id, order, length, dim }: HeadMatrices, { batch, heads }: Lead, view: ProgramView): ValueId {
  const shape = [batch, length, heads, dim];
  if (order === 'heads' || (order === 'rows' && heads === 1)) return reshaped(id, shape, view);
  const isRows = order === 'rows';
  const input = reshaped(id, isRows ? [batch, heads, length, dim] : [batch, heads, dim, length], view);
  const attrs = { perm: isRows ? TO_ROWS : FROM_COLUMNS };
  return view.emit({ primitive: 'transpose', inputs: [input], attrs })[0]!;
}

/** The value of a shape, `[…, length, dim]` or, transposed, `[…, dim, length]`, of `[batch, length, heads, dim]`. */
export function fromHeads(id: ValueId, isTransposed: boolean, shape: readonly number[], view: ProgramView): ValueId {
  if (!isTransposed && view.typeOf(id).shape[2] === 1) return reshaped(id, shape, view);
  const attrs = { perm: isTransposed ? TO_COLUMNS : TO_ROWS };
  return reshaped(view.emit({ primitive: 'transpose', inputs: [id], attrs })[0]!, shape, view);
}

/** `[batch, length, heads, dim]` ↔ `[batch, heads, length, dim]` */
const TO_ROWS = [0, 2, 1, 3];
/** `[batch, length, heads, dim]` → `[batch, heads, dim, length]`, and back. */
const TO_COLUMNS = [0, 2, 3, 1];
const FROM_COLUMNS = [0, 3, 1, 2];
