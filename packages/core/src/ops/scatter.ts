import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../check.ts';
import { ArgumentError, ShapeError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { TensorLike } from '../tensor/to-tensor.ts';
import { flatIndices, staticList } from './gather.ts';
import { constant, tensor } from './support.ts';

/** A tensor of `shape` that is 0 but for `values` at `indices` `[…, n]`; where an index repeats, the values add up. */
export function scatter(indices: TensorLike, values: TensorLike, shape: Shape): Tensor {
  return scope(() => {
    const index = tensor('scatter', indices, 'int32');
    const updates = tensor('scatter', values);
    const depth = index.shape.at(-1)!;
    const flat = flatIndices(index, shape.slice(0, depth));
    const rows = tf.reshape(updates, [flat.size, ...shape.slice(depth)]);
    const total = sumSegments(rows, tf.reshape(flat, [flat.size]), sizeOf(shape.slice(0, depth)));
    return tf.reshape(total, [...shape]);
  });
}

/**
 * `inputs` with `updates` at `indices` `[…, n]`. `reduction` combines them with what is there: `'add'`, `'mul'`, `'max'`,
 * `'min'`; by default they replace it. An index that repeats without a reduction is undefined, as in Keras.
 */
export function scatterUpdate(
  inputs: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  options: { readonly reduction?: 'add' | 'mul' | 'max' | 'min' | null } = {},
): Tensor {
  return scope(() => {
    const value = tensor('scatterUpdate', inputs);
    const index = tensor('scatterUpdate', indices, 'int32');
    const depth = index.shape.at(-1)!;
    const count = sizeOf(value.shape.slice(0, depth));
    const flat = tf.reshape(flatIndices(index, value.shape.slice(0, depth)), [-1]);
    const inner = value.shape.slice(depth);
    const rows = tf.reshape(value, [count, ...inner]);
    const changed = tf.reshape(tensor('scatterUpdate', updates, value.dtype), [flat.size, ...inner]);
    const { reduction } = options;
    if (reduction === undefined || reduction === null) {
      const hit = constant(() => hitRows(flat, count, inner.length));
      const written = sumSegments(changed, flat, count);
      return tf.reshape(tf.where(hit, written, rows), value.shape);
    }
    requireOneOf('ops.scatterUpdate', 'reduction', reduction, ['add', 'mul', 'max', 'min']);
    if (reduction === 'add') return tf.reshape(tf.add(rows, sumSegments(changed, flat, count)), value.shape);
    const combined = reduceSegments(changed, flat, count, reduction === 'mul' ? 'prod' : reduction);
    const apply = { mul: tf.mul, max: tf.maximum, min: tf.minimum }[reduction];
    const hit = constant(() => hitRows(flat, count, inner.length));
    return tf.reshape(tf.where(hit, apply(rows, combined), rows), value.shape);
  });
}

/** `inputs` with the block `updates` written at `startIndices`, which is moved so that the block lies within. */
export function sliceUpdate(inputs: TensorLike, startIndices: TensorLike, updates: TensorLike): Tensor {
  return scope(() => {
    const value = tensor('sliceUpdate', inputs);
    const block = tensor('sliceUpdate', updates, value.dtype);
    if (block.rank !== value.rank || block.shape.some((dim, axis) => dim > value.shape[axis]!)) {
      throw new ShapeError(
        `ops.sliceUpdate: \`updates\` of shape ${showShape(block.shape)} do not fit into ${showShape(value.shape)}.`,
      );
    }
    const starts = staticList(startIndices);
    if (starts) {
      const widths = value.shape.map((dim, axis): [number, number] => {
        const room = dim - block.shape[axis]!;
        const before = Math.max(0, Math.min(starts[axis]!, room));
        return [before, room - before];
      });
      const inside = constant(() => tf.cast(tf.pad(tf.ones(block.shape), widths), 'bool'));
      return tf.where(inside, tf.pad(block, widths), value);
    }
    // starts that are computed: the flat index of each element of the block
    const start = tensor('sliceUpdate', startIndices, 'int32');
    const index = constant(() => blockIndices(start, block.shape, value.shape));
    const flat = tf.reshape(value, [value.size]);
    const hit = constant(() => hitRows(index, value.size, 0));
    const written = sumSegments(tf.reshape(block, [block.size]), index, value.size);
    return tf.reshape(tf.where(hit, written, flat), value.shape);
  });
}

/** Options of the segment ops. */
export interface SegmentOptions {
  /** The length of the result; give it wherever it is known. @defaultValue the largest id plus 1, which is read back */
  readonly numSegments?: number;
  /** Whether the ids are in ascending order; makes no difference here. */
  readonly sorted?: boolean;
}

/** Sums the rows of `data` that have the same id: `[n, …]` and ids `[n]` give `[numSegments, …]`. */
export function segmentSum(data: TensorLike, segmentIds: TensorLike, options: SegmentOptions = {}): Tensor {
  return segments('segmentSum', data, segmentIds, options, sumSegments);
}

/** The largest of the rows that have the same id; the lowest number of float32 where there is none. */
export function segmentMax(data: TensorLike, segmentIds: TensorLike, options: SegmentOptions = {}): Tensor {
  return segments('segmentMax', data, segmentIds, options, (rows, ids, n) => reduceSegments(rows, ids, n, 'max'));
}

/** The smallest of the rows that have the same id; the highest number of float32 where there is none. */
export function segmentMin(data: TensorLike, segmentIds: TensorLike, options: SegmentOptions = {}): Tensor {
  return segments('segmentMin', data, segmentIds, options, (rows, ids, n) => reduceSegments(rows, ids, n, 'min'));
}

/** The product of the rows that have the same id; 1 where there is none. */
export function segmentProd(data: TensorLike, segmentIds: TensorLike, options: SegmentOptions = {}): Tensor {
  return segments('segmentProd', data, segmentIds, options, (rows, ids, n) => reduceSegments(rows, ids, n, 'prod'));
}

function segments(
  who: string,
  data: TensorLike,
  segmentIds: TensorLike,
  options: SegmentOptions,
  fn: (rows: Tensor, ids: Tensor, count: number) => Tensor,
): Tensor {
  return scope(() => {
    const ids = tensor(who, segmentIds, 'int32');
    const rows = tensor(who, data);
    if (ids.rank !== 1 || rows.shape[0] !== ids.size) {
      throw new ArgumentError(`ops.${who}`, 'segmentIds', `of shape [${rows.shape[0]}]`, ids);
    }
    const count = options.numSegments ?? 1 + (tf.max(ids).dataSync()[0] ?? -1);
    return fn(rows, ids, count);
  });
}

function sumSegments(rows: Tensor, ids: Tensor, count: number): Tensor {
  return tf.unsortedSegmentSum(rows, ids as tf.Tensor1D, count);
}

/** A mask over the segments, then reduces over the rows: `[count, n, …]` in memory. */
function reduceSegments(rows: Tensor, ids: Tensor, count: number, how: 'max' | 'min' | 'prod'): Tensor {
  const inner = rows.shape.slice(1);
  const mine = constant(() => {
    const segment = tf.reshape(tf.range(0, count, 1, 'int32'), [count, 1]);
    return tf.reshape(tf.equal(tf.reshape(ids, [1, ids.size]), segment), [count, ids.size, ...inner.map(() => 1)]);
  });
  const neutral = how === 'prod' ? 1 : how === 'max' ? -MAX_FLOAT : MAX_FLOAT;
  const all = tf.where(mine, tf.expandDims(rows, 0), tf.scalar(neutral, rows.dtype as 'float32'));
  return how === 'prod' ? tf.prod(all, 1) : how === 'max' ? tf.max(all, 1) : tf.min(all, 1);
}

const MAX_FLOAT = 3.4028234663852886e38;

/** Whether each of `count` rows is named by an index: bool `[count, 1, …]`. */
function hitRows(flat: Tensor, count: number, innerRank: number): Tensor {
  const hits = sumSegments(tf.ones([flat.size]), flat, count);
  return tf.reshape(tf.greater(hits, 0), [count, ...new Array<number>(innerRank).fill(1)]);
}

function blockIndices(start: Tensor, block: Shape, shape: Shape): Tensor {
  const int = (value: number) => tf.scalar(value, 'int32');
  const parts = block.map((dim, axis) => {
    const first = tf.slice(start, [axis], [1]);
    const inside = tf.maximum(tf.minimum(first, int(shape[axis]! - dim)), int(0));
    const along = tf.mul(tf.add(inside, tf.range(0, dim, 1, 'int32')), int(sizeOf(shape.slice(axis + 1))));
    return tf.reshape(
      along,
      block.map((_, i) => (i === axis ? dim : 1)),
    );
  });
  return tf.reshape(
    parts.reduce((sum, part) => tf.add(sum, part)),
    [sizeOf(block)],
  );
}
