import { ops, scope, type Tensor, type TensorLike, toTensor } from '@capas/core';
import { columnsOf, requireBoxes } from './formats.ts';

/** Three rows of three numbers each, in tensors `[n, 1, 1]`. */
type Matrix = readonly (readonly [Tensor, Tensor, Tensor])[];

/**
 * The boxes `xyxy` `[n, boxes, 4]` around what boxes become when an image is moved by `ops.image.affineTransform` with
 * `transform` `[n, 8]`: their corners go the opposite way of that map, which says where each pixel comes from.
 */
export function project(boxes: TensorLike, transform: TensorLike): Tensor {
  return scope(() => {
    const map = ops.expandDims(toTensor(transform, 'float32', 'project'), 1);
    const [a, b, c, d, e, f, g, h] = ops.split(map, 8, { axis: -1 }) as unknown as Eight;
    // the inverse up to a factor, which the division takes out: the adjugate of [[a, b, c], [d, e, f], [g, h, 1]]
    return mapCorners(boxes, [
      [minor(e, f, h), negative(minor(b, c, h)), cross(b, f, c, e)],
      [negative(minor(d, f, g)), minor(a, c, g), negative(cross(a, f, c, d))],
      [cross(d, h, e, g), negative(cross(a, h, b, g)), cross(a, e, b, d)],
    ]);
  });
}

/** Options of {@link affineTransform}: numbers, or tensors `[n]` with one for each image. */
export interface BoxMovement {
  /** In degrees, to the left. */
  readonly angle?: TensorLike;
  /** As a share of the width. */
  readonly translateX?: TensorLike;
  /** As a share of the height. */
  readonly translateY?: TensorLike;
  readonly scale?: TensorLike;
  /** In degrees. */
  readonly shearX?: TensorLike;
  /** In degrees. */
  readonly shearY?: TensorLike;
  /** The point that stays, as a share of the width. @defaultValue 0.5 */
  readonly centerX?: number;
  /** As a share of the height. @defaultValue 0.5 */
  readonly centerY?: number;
}

/**
 * The boxes `xyxy` `[n, boxes, 4]` around boxes that were turned, moved, scaled and sheared in an image of this size.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.affine_transform`
 */
export function affineTransform(boxes: TensorLike, height: number, width: number, options: BoxMovement = {}): Tensor {
  const { add, cos, divide, multiply, sin, subtract, tan } = ops;
  const { angle = 0, translateX = 0, translateY = 0, scale = 1, shearX = 0, shearY = 0 } = options;
  return scope(() => {
    const each = (value: TensorLike, factor = 1): Tensor =>
      multiply(ops.reshape(toTensor(value, 'float32', 'affineTransform'), [-1, 1, 1]), factor);
    const [turn, sx, sy] = [angle, shearX, shearY].map((value) => each(value, -Math.PI / 180)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const [cx, cy] = [(options.centerX ?? 0.5) * (width - 1), (options.centerY ?? 0.5) * (height - 1)];
    const fromX = subtract(cx, each(translateX, width - 1));
    const fromY = subtract(cy, each(translateY, height - 1));
    const rest = subtract(turn, sy);
    const a = divide(cos(rest), cos(sy));
    const b = add(multiply(a, tan(sx)), sin(turn));
    const c = divide(negative(sin(rest)), cos(sy));
    const d = subtract(cos(turn), multiply(c, tan(sx)));
    const size = each(scale);
    const row = (p: Tensor, q: Tensor, centre: number): [Tensor, Tensor, Tensor] => {
      const [u, v] = [multiply(p, size), multiply(q, size)];
      return [u, v, subtract(subtract(centre, multiply(u, fromX)), multiply(v, fromY))];
    };
    const zero = ops.zerosLike(turn);
    return mapCorners(boxes, [row(d, negative(b), cx), row(negative(c), a, cy), [zero, zero, ops.onesLike(turn)]]);
  });
}

/** The boxes around the corners of boxes under a projective map. */
function mapCorners(boxes: TensorLike, matrix: Matrix): Tensor {
  const [x1, y1, x2, y2] = columnsOf(requireBoxes('boxes', boxes));
  const at = (x: Tensor, y: Tensor): readonly [Tensor, Tensor] => {
    const [u, v, w] = matrix.map(([p, q, r]) => ops.add(ops.add(ops.multiply(p, x), ops.multiply(q, y)), r));
    return [ops.divide(u!, w!), ops.divide(v!, w!)];
  };
  const corners = [at(x1, y1), at(x2, y1), at(x1, y2), at(x2, y2)];
  const along = (axis: 0 | 1, pick: (a: Tensor, b: Tensor) => Tensor): Tensor =>
    corners.map((corner) => corner[axis]).reduce(pick);
  const { minimum, maximum } = ops;
  return ops.concatenate([along(0, minimum), along(1, minimum), along(0, maximum), along(1, maximum)], { axis: -1 });
}

type Eight = [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];

const { negative } = ops;

/** `p·s − q·r` */
const cross = (p: Tensor, s: Tensor, q: Tensor, r: Tensor): Tensor =>
  ops.subtract(ops.multiply(p, s), ops.multiply(q, r));

/** `p − q·r` */
const minor = (p: Tensor, q: Tensor, r: Tensor): Tensor => ops.subtract(p, ops.multiply(q, r));
