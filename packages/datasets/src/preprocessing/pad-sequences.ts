import {
  ArgumentError,
  HostArray,
  type HostDType,
  requireOneOf,
  requirePositiveInteger,
  ShapeError,
  showShape,
} from '@capas/core';

/** Sequences of different lengths. Their items are numbers (or strings), or vectors of one shape. */
export type Sequences = readonly ArrayLike<unknown>[];

/** Options of {@link padSequences}, with Keras's names and defaults. */
export interface PadSequencesOptions {
  /** The length to bring all sequences to. Default: that of the longest. */
  readonly maxlen?: number | null;
  /** Default: `'int32'`. */
  readonly dtype?: HostDType;
  /** Where short sequences are filled up. Default: `'pre'`, before them. */
  readonly padding?: 'pre' | 'post';
  /** Where long sequences are cut. Default: `'pre'`, the start is cut away. */
  readonly truncating?: 'pre' | 'post';
  /** What they are filled up with. Default: 0. */
  readonly value?: number | string;
}

/**
 * Brings sequences to one length: `[n, maxlen]`, or `[n, maxlen, ...itemShape]` for sequences of vectors.
 *
 * @throws ArgumentError for an item that is no sequence; ShapeError for vectors of different shapes
 * @see keras/src/utils/sequence_utils.py
 * @example
 * padSequences([[1], [2, 3], [4, 5, 6]], { maxlen: 2 }).toArray(); // [[0, 1], [2, 3], [5, 6]]
 */
export function padSequences(sequences: Sequences, options: PadSequencesOptions = {}): HostArray {
  const { dtype = 'int32', padding = 'pre', truncating = 'pre', value = dtype === 'string' ? '' : 0 } = options;
  requireOneOf('padSequences', 'padding', padding, ['pre', 'post']);
  requireOneOf('padSequences', 'truncating', truncating, ['pre', 'post']);
  if ((typeof value === 'string') !== (dtype === 'string')) {
    throw new ArgumentError(
      'padSequences',
      'value',
      `a ${dtype === 'string' ? 'string' : 'number'} for dtype '${dtype}'`,
      value,
    );
  }
  const lengths = requireSequences(sequences);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const maxlen = options.maxlen == null ? longest : requirePositiveInteger('padSequences', 'maxlen', options.maxlen);
  const itemShape = shapeOf(sequences.find(({ length }) => length > 0)?.[0]);
  const itemSize = itemShape.reduce((product, dim) => product * dim, 1);
  const out = filled([sequences.length, maxlen, ...itemShape], dtype, value);
  for (const [row, sequence] of sequences.entries()) {
    const kept = Math.min(sequence.length, maxlen);
    const from = truncating === 'pre' ? sequence.length - kept : 0;
    const to = row * maxlen + (padding === 'pre' ? maxlen - kept : 0);
    const part = Array.prototype.slice.call(sequence, from, from + kept);
    const items = itemShape.length === 0 && !part.some(isList) ? part : flatten(part, itemShape, row);
    write(out, items, to * itemSize, dtype);
  }
  return out;
}

function requireSequences(sequences: Sequences): number[] {
  if (!Array.isArray(sequences)) {
    throw new ArgumentError('padSequences', 'sequences', 'a list of sequences', sequences);
  }
  return sequences.map((sequence: unknown, i) => {
    if (isList(sequence)) return sequence.length;
    throw new ArgumentError('padSequences', 'sequences', 'a list of sequences', sequence, `It is item ${i}.`);
  });
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

function shapeOf(item: unknown): number[] {
  return isList(item) ? [item.length, ...shapeOf(item[0])] : [];
}

function flatten(items: readonly unknown[], itemShape: readonly number[], row: number): unknown[] {
  const requireShape = (value: unknown, shape: readonly number[]): unknown[] => {
    if (shape.length === 0 && !isList(value)) return [value];
    if (!isList(value) || value.length !== shape[0]) {
      throw new ShapeError(
        `padSequences: the items of all sequences must have shape ${showShape(itemShape)}, as the first one. ` +
          `Received: ${showShape(shapeOf(items.find((item) => showShape(shapeOf(item)) !== showShape(itemShape))))} in sequence ${row}.`,
      );
    }
    return Array.from(value).flatMap((part) => requireShape(part, shape.slice(1)));
  };
  return items.flatMap((item) => requireShape(item, itemShape));
}

function filled(shape: readonly number[], dtype: HostDType, value: number | string): HostArray {
  const out = HostArray.zeros(shape, dtype);
  if (value !== 0 && value !== '') write(out, new Array(out.size).fill(value), 0, dtype);
  return out;
}

/** Writes into an array that nobody else has seen yet. Fractions are cut off for integers, as in NumPy. */
function write(out: HostArray, items: readonly unknown[], offset: number, dtype: HostDType): void {
  const stored = dtype === 'float16' ? HostArray.from(items, 'float16').data : items;
  const data = out.data as unknown[];
  for (let i = 0; i < items.length; i++) data[offset + i] = stored[i];
}
