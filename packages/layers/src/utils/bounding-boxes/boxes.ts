import { ArgumentError, ops, requireOneOf, scope, type Tensor, type TensorLike, toTensor } from '@capas/core';
import { type Columns, columnsOf, type ImageSize, requireBoxes } from './formats.ts';

/** Boxes `[..., boxes, 4]` and the class of each, `[..., boxes]`; a class of −1 marks what is no box. */
export interface BoundingBoxes<T = Tensor> {
  readonly boxes: T;
  readonly labels: T;
}

/** Options of {@link clipToImageSize}. */
export interface ClipOptions extends ImageSize {
  /** @defaultValue `'xyxy'` */
  readonly boundingBoxFormat?: 'xyxy' | 'relXyxy' | 'rel_xyxy';
}

/**
 * Cuts boxes off at the edges of the image; what has no area left gets the label −1.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.clip_to_image_size`
 */
export function clipToImageSize(boundingBoxes: BoundingBoxes<TensorLike>, options: ClipOptions = {}): BoundingBoxes {
  const { boundingBoxFormat = 'xyxy', height, width } = options;
  requireOneOf('clipToImageSize', 'boundingBoxFormat', boundingBoxFormat, ['xyxy', 'relXyxy', 'rel_xyxy']);
  const [right, bottom] = boundingBoxFormat === 'xyxy' ? [width, height] : [1, 1];
  for (const [argument, value] of Object.entries({ width: right, height: bottom })) {
    if (value === undefined || value === null)
      throw new ArgumentError('clipToImageSize', argument, "given for the format 'xyxy'", value);
  }
  return scope(() => {
    const clipped = clip(columnsOf(requireBoxes('clipToImageSize', boundingBoxes.boxes)), right!, bottom!);
    const labels = toTensor(boundingBoxes.labels, undefined, 'clipToImageSize');
    const hasArea = ops.greater(ops.squeeze(areaOf(clipped), { axis: -1 }), 0);
    // labels may be one-hot: then the decision holds for all classes
    const decision = labels.rank > hasArea.rank ? ops.expandDims(hasArea, -1) : hasArea;
    return { boxes: ops.concatenate(clipped, { axis: -1 }), labels: ops.where(decision, labels, -1) };
  });
}

/** The areas of boxes in corners, `[..., 1]`. */
export const areaOf = ([x1, y1, x2, y2]: Columns): Tensor => ops.multiply(ops.subtract(x2, x1), ops.subtract(y2, y1));

/**
 * Boxes `xyxy` as they lie in the part of the image that begins at `top`, `left` and has the given size.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.crop`
 */
export function crop(boxes: TensorLike, top: TensorLike, left: TensorLike, height: number, width: number): Tensor {
  return scope(() => {
    const moved = shifted(columnsOf(requireBoxes('crop', boxes)), ops.negative(left), ops.negative(top));
    return ops.concatenate(clip(moved, width, height), { axis: -1 });
  });
}

/**
 * Boxes `xyxy` as they lie in the image after borders were added at the top and left.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.pad`
 */
export function pad(boxes: TensorLike, top: TensorLike, left: TensorLike): Tensor {
  return scope(() => ops.concatenate(shifted(columnsOf(requireBoxes('pad', boxes)), left, top), { axis: -1 }));
}

const shifted = ([x1, y1, x2, y2]: Columns, x: TensorLike, y: TensorLike): Columns => [
  ops.add(x1, x),
  ops.add(y1, y),
  ops.add(x2, x),
  ops.add(y2, y),
];

const clip = ([x1, y1, x2, y2]: Columns, width: TensorLike, height: TensorLike): Columns => [
  ops.clip(x1, 0, width),
  ops.clip(y1, 0, height),
  ops.clip(x2, 0, width),
  ops.clip(y2, 0, height),
];
