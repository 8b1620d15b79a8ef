import { encodePng, type ImageBytes } from './png.ts';
import { block, integer, join } from './protobuf.ts';

/** Numbers of `tensorflow.DataType`. */
const FLOAT = 1;
const DOUBLE = 2;
const STRING = 7;

/** A number, as `tf.summary.scalar` writes it. */
export const scalarSummary = (tag: string, value: number): Uint8Array =>
  summary(tag, 'scalars', numbers(FLOAT, [], Float32Array.of(value)));

/**
 * How often values occur, in 30 buckets of one width from the smallest to the largest, as `tf.summary.histogram` writes it. Values
 * that are not finite are left out.
 *
 * @see TensorBoard, `tensorboard/plugins/histogram/summary_v2.py`
 */
export function histogramSummary(tag: string, values: ArrayLike<number>): Uint8Array {
  const buckets = histogram(values, 30);
  const tensor = numbers(DOUBLE, [buckets.length / 3, 3], buckets);
  return summary(tag, 'histograms', tensor);
}

/** Images of one size as PNG, at most three of them, as `tf.summary.image` writes them. */
export function imageSummary(tag: string, images: readonly ImageBytes[]): Uint8Array {
  const { width, height } = images[0]!;
  const tensor = strings([`${width}`, `${height}`, ...images.slice(0, 3).map(encodePng)], true);
  return summary(tag, 'images', tensor);
}

/** The config of a model, from which TensorBoard draws its graph of layers. */
export const modelSummary = (tag: string, config: object): Uint8Array =>
  summary(tag, 'graph_keras_model', strings([JSON.stringify(config)], false), '1');

/** A `tensorflow.Summary` with one value, for a plugin of TensorBoard; `content` is what that wants to know besides. */
function summary(tag: string, plugin: string, tensor: Uint8Array, content = ''): Uint8Array {
  const metadata = block(1, block(1, plugin), block(2, content));
  return block(1, block(1, tag), block(8, tensor), block(9, metadata));
}

/** A `tensorflow.TensorProto` of numbers. */
function numbers(dtype: number, shape: readonly number[], { buffer }: Float32Array | Float64Array): Uint8Array {
  return join(integer(1, dtype), tensorShape(shape), block(4, new Uint8Array(buffer)));
}

/** A `tensorflow.TensorProto` of strings: a list, or a single one as a scalar. */
const strings = (items: readonly (string | Uint8Array)[], isList: boolean): Uint8Array =>
  join(integer(1, STRING), tensorShape(isList ? [items.length] : []), ...items.map((item) => block(8, item)));

const tensorShape = (shape: readonly number[]): Uint8Array =>
  block(2, ...shape.map((length) => block(2, integer(1, length))));

/** Rows `[left, right, count]`. Where all values are the same they are in the last bucket; all is 0 where there are none. */
export function histogram(values: ArrayLike<number>, count: number): Float64Array {
  const rows = new Float64Array(count * 3);
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (min > max) return rows;
  const width = (max - min) / count;
  for (let bucket = 0; bucket < count; bucket++) {
    rows[bucket * 3] = min + width * bucket;
    rows[bucket * 3 + 1] = bucket === count - 1 ? max : min + width * (bucket + 1);
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const bucket = width === 0 ? count - 1 : Math.min(count - 1, Math.floor((value - min) / width));
    rows[bucket * 3 + 2]!++;
  }
  return rows;
}
