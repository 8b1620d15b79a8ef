import { ops, ShapeError, scope, showShape, type Tensor, type TensorLike } from '@capas/core';
import { epsilon } from '../../losses/shapes.ts';
import { areaOf } from './boxes.ts';
import { type BoundingBoxFormat, type Columns, columnsOf, convertFormat } from './formats.ts';

/** Options of {@link computeIou} and {@link computeCiou}. */
export interface IouOptions {
  /** `[height, width, channels]`; relative formats need it. */
  readonly imageShape?: readonly number[] | null;
}

/**
 * The share that two boxes have in common of what they cover together, for each pair: boxes `[n, 4]` and `[m, 4]` give
 * `[n, m]`, batches of them `[batch, n, m]`.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.compute_iou`
 */
export function computeIou(
  boxes1: TensorLike,
  boxes2: TensorLike,
  boundingBoxFormat: BoundingBoxFormat,
  options: IouOptions & {
    /** Whether pairs with boxes that are all negative, the filling of short lists, give `maskVal`. @defaultValue `false` */
    readonly useMasking?: boolean;
    /** @defaultValue -1 */
    readonly maskVal?: number;
  } = {},
): Tensor {
  const { useMasking = false, maskVal = -1 } = options;
  return scope(() => {
    const [first, second] = cornersOf('computeIou', boxes1, boxes2, boundingBoxFormat, options);
    const rows = first.map((column) => column) as unknown as Columns;
    const columns = second.map((column) => ops.swapaxes(column, -1, -2)) as unknown as Columns;
    const common = areaOf(overlap(rows, columns, ops.maximum, ops.minimum, true));
    const together = ops.subtract(ops.add(areaOf(rows), areaOf(columns)), common);
    const iou = ops.divide(common, ops.add(together, epsilon()));
    if (!useMasking) return iou;
    const isFilling = (corners: Columns): Tensor => ops.less(corners.reduce(ops.maximum as PickTensor), 0);
    return ops.where(ops.logicalOr(isFilling(rows), isFilling(columns)), maskVal, iou);
  });
}

/**
 * The complete IoU of boxes in pairs: the IoU less penalties for the distance of the centres and for another aspect ratio.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.compute_ciou`; Zheng et al., "Distance-IoU loss", 2019
 */
export function computeCiou(
  boxes1: TensorLike,
  boxes2: TensorLike,
  boundingBoxFormat: BoundingBoxFormat,
  options: IouOptions = {},
): Tensor {
  const { add, divide, multiply, square, subtract } = ops;
  return scope(() => {
    const [a, b] = cornersOf('computeCiou', boxes1, boxes2, boundingBoxFormat, options);
    const sizes = ([x1, y1, x2, y2]: Columns): [Tensor, Tensor] => [subtract(x2, x1), add(subtract(y2, y1), epsilon())];
    const [[width1, height1], [width2, height2]] = [sizes(a), sizes(b)];
    const common = areaOf(overlap(a, b, ops.maximum, ops.minimum, true));
    const together = add(subtract(add(multiply(width1, height1), multiply(width2, height2)), common), epsilon());
    const iou = divide(common, add(together, epsilon()));
    const [left, top, right, bottom] = overlap(a, b, ops.minimum, ops.maximum, false);
    const diagonal = add(add(square(subtract(right, left)), square(subtract(bottom, top))), epsilon());
    const centre = (corners: Columns, i: 0 | 1): Tensor => divide(add(corners[i], corners[i + 2]!), 2);
    const apart = (i: 0 | 1): Tensor => square(subtract(centre(a, i), centre(b, i)));
    const distance = add(apart(0), apart(1));
    const turn = subtract(ops.arctan(divide(width2, height2)), ops.arctan(divide(width1, height1)));
    const aspect = multiply(square(turn), 4 / Math.PI ** 2);
    const alpha = divide(aspect, add(subtract(aspect, iou), 1 + epsilon()));
    const penalty = add(divide(distance, diagonal), multiply(aspect, alpha));
    return ops.squeeze(subtract(iou, penalty), { axis: -1 });
  });
}

type PickTensor = (a: Tensor, b: Tensor) => Tensor;

/** Both as corners, each `[..., n, 1]`. */
function cornersOf(
  who: string,
  boxes1: TensorLike,
  boxes2: TensorLike,
  format: BoundingBoxFormat,
  { imageShape }: IouOptions,
): [Columns, Columns] {
  const [height, width] = imageShape ?? [];
  const convert = (boxes: TensorLike): Columns => {
    const converted = convertFormat(boxes, format, 'xyxy', { height, width });
    if (converted.rank !== 2 && converted.rank !== 3)
      throw new ShapeError(`${who}: boxes must have rank 2 or 3. Received: ${showShape(converted.shape)}.`);
    return columnsOf(converted);
  };
  return [convert(boxes1), convert(boxes2)];
}

/** The box that two have in common or, with the extremes exchanged, the one around both. */
function overlap(a: Columns, b: Columns, low: PickTensor, high: PickTensor, isLimited: boolean): Columns {
  const [x1, y1, x2, y2] = [low(a[0], b[0]), low(a[1], b[1]), high(a[2], b[2]), high(a[3], b[3])];
  // boxes apart have nothing in common, not a negative piece
  return isLimited ? [x1, y1, ops.maximum(x1, x2), ops.maximum(y1, y2)] : [x1, y1, x2, y2];
}
