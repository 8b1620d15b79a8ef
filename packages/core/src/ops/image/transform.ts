import * as tf from '@tensorflow/tfjs-core';
import { requireOneOf } from '../../check.ts';
import { ArgumentError, ShapeError, showShape } from '../../errors.ts';
import { normal } from '../../random/random-ops.ts';
import type { SeedGenerator } from '../../random/seed-generator.ts';
import { scope } from '../../tensor/scope.ts';
import { sizeOf } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { solution } from '../linalg/solve.ts';
import { constant, floats, tensor } from '../support.ts';
import type { ImageOptions } from './color.ts';
import { gaussianBlur } from './filter.ts';
import { onImages } from './images.ts';
import { type FillMode, linearNodes, mapPlace, type Node, nearestNodes } from './sampling.ts';

/** Options of {@link affineTransform}. */
export interface TransformOptions extends ImageOptions {
  /** @defaultValue `'bilinear'` */
  readonly interpolation?: 'bilinear' | 'nearest';
  /** What lies beyond the edge. @defaultValue `'constant'` */
  readonly fillMode?: Exclude<FillMode, 'mirror'>;
  /** @defaultValue `0` */
  readonly fillValue?: number;
}

/**
 * Images moved by a projective map: `transform` `[8]` or `[n, 8]` holds `a0 … a5, c0, c1`, and the pixel at (x, y) of the
 * result is that at `((a0 x + a1 y + a2) / k, (a3 x + a4 y + a5) / k)` of the image, `k = c0 x + c1 y + 1`.
 */
export function affineTransform(images: TensorLike, transform: TensorLike, options: TransformOptions = {}): Tensor {
  return onImages('image.affineTransform', images, options.dataFormat, (x) =>
    projected('affineTransform', x, floats('image.affineTransform', transform), options),
  );
}

/** Images moved so that the four `startPoints` `[4, 2]` or `[n, 4, 2]` (x, y) come to the `endPoints`. */
export function perspectiveTransform(
  images: TensorLike,
  startPoints: TensorLike,
  endPoints: TensorLike,
  options: Omit<TransformOptions, 'fillMode'> = {},
): Tensor {
  return onImages('image.perspectiveTransform', images, options.dataFormat, (x) => {
    const points = [startPoints, endPoints].map((given) => {
      const value = floats('image.perspectiveTransform', given);
      if (value.shape.at(-1) !== 2 || value.shape.at(-2) !== 4 || value.rank > 3) {
        throw new ShapeError(
          `ops.image.perspectiveTransform: expected points [4, 2]. Received: ${showShape(value.shape)}.`,
        );
      }
      return tf.reshape(value, [-1, 4, 2]);
    }) as [Tensor, Tensor];
    return projected('perspectiveTransform', x, homography(...points), options);
  });
}

/** Options of {@link mapCoordinates}. */
export interface MapCoordinatesOptions {
  /** @defaultValue `'constant'` */
  readonly fillMode?: FillMode;
  /** @defaultValue `0` */
  readonly fillValue?: number;
}

/** The elements of `inputs` at `coordinates` `[rank, …]`: the nearest (`order` 0) or a linear mixture (1). */
export function mapCoordinates(
  inputs: TensorLike,
  coordinates: TensorLike,
  order: number,
  options: MapCoordinatesOptions = {},
): Tensor {
  const { fillMode = 'constant', fillValue = 0 } = options;
  requireOneOf('ops.image.mapCoordinates', 'fillMode', fillMode, ['constant', 'nearest', 'wrap', 'mirror', 'reflect']);
  if (order !== 0 && order !== 1) throw new ArgumentError('ops.image.mapCoordinates', 'order', '0 or 1', order);
  return scope(() => {
    const value = tensor('image.mapCoordinates', inputs);
    const places = floats('image.mapCoordinates', coordinates);
    if (places.shape[0] !== value.rank || places.rank < 2) {
      throw new ShapeError(
        `ops.image.mapCoordinates: expected coordinates [${value.rank}, …]. Received: ${showShape(places.shape)}.`,
      );
    }
    const nodes = tf.unstack(places).map((place) => (order === 0 ? nearestNodes(place) : linearNodes(place)));
    const result = mixed(tf.cast(value, 'float32'), nodes, fillMode, fillValue);
    return value.dtype === 'int32' ? tf.cast(tf.round(result), 'int32') : result;
  });
}

/** Options of {@link elasticTransform}. */
export interface ElasticTransformOptions extends TransformOptions {
  /** How far pixels move. @defaultValue `20` */
  readonly alpha?: number;
  /** How smooth the movement is. @defaultValue `5` */
  readonly sigma?: number;
  readonly seed?: number | SeedGenerator;
}

/** Images distorted by a smooth random field of shifts. @see Simard, Steinkraus, Platt, 2003 */
export function elasticTransform(images: TensorLike, options: ElasticTransformOptions = {}): Tensor {
  const { alpha = 20, sigma = 5, interpolation = 'bilinear', fillMode = 'reflect', fillValue = 0, seed } = options;
  return onImages('image.elasticTransform', images, options.dataFormat, (given) => {
    const x = tf.cast(given, 'float32');
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const kernelSize = (6 * Math.trunc(sigma)) | 1;
    const shift = () =>
      tf.squeeze(gaussianBlur(normal([n, h, w, 1], { stddev: sigma, seed }), { kernelSize, sigma }), [3]);
    const dx = shift();
    const dy = typeof seed === 'number' ? dx : shift();
    const y = tf.add(tf.reshape(tf.range(0, h), [1, h, 1]), tf.mul(dy, alpha));
    const across = tf.add(tf.reshape(tf.range(0, w), [1, 1, w]), tf.mul(dx, alpha));
    const whole = (values: Tensor) => tf.tile(tf.expandDims(values, 3), [1, 1, 1, c]);
    const fixed = (size: number, axis: number) => {
      const shape = [1, 1, 1, 1];
      shape[axis] = size;
      return tf.tile(
        tf.reshape(tf.range(0, size), shape),
        x.shape.map((dim, i) => (i === axis ? 1 : dim)),
      );
    };
    const places = tf.stack([fixed(n, 0), whole(y), whole(across), fixed(c, 3)]);
    const result = mapCoordinates(x, places, interpolation === 'nearest' ? 0 : 1, { fillMode, fillValue });
    return tf.cast(result, given.dtype);
  });
}

function projected(who: string, given: Tensor, transform: Tensor, options: TransformOptions): Tensor {
  const { interpolation = 'bilinear', fillMode = 'constant', fillValue = 0 } = options;
  requireOneOf(`ops.image.${who}`, 'interpolation', interpolation, ['bilinear', 'nearest']);
  requireOneOf(`ops.image.${who}`, 'fillMode', fillMode, ['constant', 'nearest', 'wrap', 'reflect']);
  const x = tf.cast(given, 'float32');
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const map = tf.reshape(transform, [-1, 8, 1, 1]);
  const part = (i: number) => tf.squeeze(tf.slice(map, [0, i, 0, 0], [-1, 1, 1, 1]), [1]);
  const x0 = tf.reshape(tf.range(0, w), [1, 1, w]);
  const y0 = tf.reshape(tf.range(0, h), [1, h, 1]);
  const plane = (i: number) => tf.add(tf.mul(part(i), x0), tf.mul(part(i + 1), y0));
  const scale = tf.add(plane(6), 1);
  const full = (place: Tensor) => tf.broadcastTo(place, [n, h, w]);
  const columns = full(tf.div(tf.add(plane(0), part(2)), scale));
  const rows = full(tf.div(tf.add(plane(3), part(5)), scale));
  const flat = tf.reshape(x, [n * h * w, c]);
  const batch = constant(() => tf.mul(tf.reshape(tf.range(0, n, 1, 'int32'), [n, 1, 1]), tf.scalar(h * w, 'int32')));
  const nodes = (place: Tensor, size: number): Node[] => {
    const inside = mapPlace(place, size, fillMode);
    const found = interpolation === 'nearest' ? nearestNodes(inside) : linearNodes(inside);
    return found.map((node) => limited(node, size, fillMode));
  };
  const across = nodes(columns, w);
  const terms = nodes(rows, h).flatMap((row) => {
    const line = constant(() => tf.add(batch, tf.mul(row.index, tf.scalar(w, 'int32'))));
    return across.map((column) => {
      const index = constant(() => tf.reshape(tf.add(line, column.index), [n * h * w]));
      return { pixels: tf.reshape(tf.gather(flat, index), [n, h, w, c]), weight: tf.mul(row.weight, column.weight) };
    });
  });
  const seen = terms
    .map(({ pixels, weight }) => tf.mul(pixels, tf.expandDims(weight, 3)))
    .reduce<Tensor>((sum, term) => tf.add(sum, term), tf.scalar(0));
  if (fillMode !== 'constant' || fillValue === 0) return tf.cast(seen, given.dtype);
  const total = terms.map(({ weight }) => weight).reduce((sum, weight) => tf.add(sum, weight));
  const filling = tf.expandDims(tf.mul(tf.sub(1, total), fillValue), 3);
  return tf.cast(tf.add(seen, filling), given.dtype);
}

/** A node whose index lies within the image; one that did not has no weight, where what lies beyond the edge is a constant. */
function limited({ index, weight }: Node, size: number, fillMode: FillMode): Node {
  const [first, last] = [tf.scalar(0, 'int32'), tf.scalar(size - 1, 'int32')];
  const inside = constant(() => tf.maximum(tf.minimum(index, last), first));
  if (fillMode !== 'constant') return { index: inside, weight };
  const isInside = constant(() => tf.cast(tf.equal(index, inside), 'float32'));
  return { index: inside, weight: tf.mul(weight, isInside) };
}

/** Sums the elements at all combinations of nodes, weighted. */
function mixed(
  value: Tensor,
  nodes: readonly (readonly { index: Tensor; weight: Tensor }[])[],
  fillMode: FillMode,
  fillValue: number,
): Tensor {
  const flat = tf.reshape(value, [value.size]);
  const strides = value.shape.map((_, axis) => sizeOf(value.shape.slice(axis + 1)));
  const combine = (axis: number): { offset: Tensor; weight: Tensor; valid: Tensor }[] => {
    const size = tf.scalar(value.shape[axis]!, 'int32');
    const own = nodes[axis]!.map(({ index, weight }) => ({
      weight,
      valid: constant(() => tf.logicalAnd(tf.greaterEqual(index, tf.scalar(0, 'int32')), tf.less(index, size))),
      offset: constant(() => tf.mul(inRange(index, value.shape[axis]!, fillMode), tf.scalar(strides[axis]!, 'int32'))),
    }));
    if (axis === nodes.length - 1) return own;
    return own.flatMap((a) =>
      combine(axis + 1).map((b) => ({
        offset: constant(() => tf.add(a.offset, b.offset)),
        weight: tf.mul(a.weight, b.weight),
        valid: constant(() => tf.logicalAnd(a.valid, b.valid)),
      })),
    );
  };
  const terms = combine(0).map(({ offset, weight, valid }) => {
    const taken = tf.reshape(tf.gather(flat, tf.reshape(offset, [offset.size])), offset.shape);
    const filled = fillMode === 'constant' ? tf.where(valid, taken, tf.fill(taken.shape, fillValue)) : taken;
    return tf.mul(filled, weight);
  });
  return terms.reduce((sum, term) => tf.add(sum, term));
}

/** Indices moved into `0 … size − 1` as Keras on TensorFlow does it. */
function inRange(index: Tensor, size: number, fillMode: FillMode): Tensor {
  const int = (value: number) => tf.scalar(value, 'int32');
  if (fillMode === 'wrap') return tf.sub(index, tf.mul(tf.floorDiv(index, int(size)), int(size)));
  const limited = (i: Tensor) => tf.maximum(tf.minimum(i, int(size - 1)), int(0));
  if (fillMode === 'constant' || fillMode === 'nearest') return limited(index);
  const distance = tf.abs(index);
  const rest = tf.sub(distance, tf.mul(tf.floorDiv(distance, int(2 * size)), int(2 * size)));
  const back = tf.sub(int(2 * size - (fillMode === 'reflect' ? 1 : 0)), rest);
  return limited(tf.where(tf.less(rest, int(size)), rest, back));
}

/** The map that takes the end points to the start points: eight linear equations for each pair of fours. */
function homography(start: Tensor, end: Tensor): Tensor {
  const [sx, sy] = tf.split(start, 2, 2) as [Tensor, Tensor];
  const [ex, ey] = tf.split(end, 2, 2) as [Tensor, Tensor];
  const [one, zero] = [tf.onesLike(ex), tf.zerosLike(ex)];
  const forX = tf.concat([ex, ey, one, zero, zero, zero, tf.neg(tf.mul(sx, ex)), tf.neg(tf.mul(sx, ey))], 2);
  const forY = tf.concat([zero, zero, zero, ex, ey, one, tf.neg(tf.mul(sy, ex)), tf.neg(tf.mul(sy, ey))], 2);
  const equations = tf.concat([forX, forY], 1);
  return tf.reshape(solution(equations, tf.concat([sx, sy], 1)), [-1, 8]);
}
