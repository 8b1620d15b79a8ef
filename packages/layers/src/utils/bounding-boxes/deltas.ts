import { ops, requireOneOf, scope, type Tensor, type TensorLike } from '@capas/core';
import { epsilon } from '../../losses/shapes.ts';
import { type BoundingBoxFormat, convertFormat } from './formats.ts';

/** Options of {@link encodeBoxToDeltas} and {@link decodeDeltasToBoxes}. */
export interface DeltaOptions {
  /** @defaultValue `'centerYxhw'` */
  readonly encodingFormat?: 'centerXywh' | 'centerYxhw' | 'center_xywh' | 'center_yxhw';
  /** Four numbers that the differences are divided by. */
  readonly variance?: readonly [number, number, number, number] | null;
  /** `[height, width, channels]`; relative formats need it. */
  readonly imageShape?: readonly number[] | null;
}

/**
 * Boxes as differences from anchors, what a detector is trained on: `(centre − anchor centre) / anchor size`, then
 * `log(size / anchor size)`.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.encode_box_to_deltas`
 */
export function encodeBoxToDeltas(
  anchors: TensorLike,
  boxes: TensorLike,
  anchorFormat: BoundingBoxFormat,
  boxFormat: BoundingBoxFormat,
  options: DeltaOptions = {},
): Tensor {
  return scope(() => {
    const [anchorCentre, anchorSize] = halves(anchors, anchorFormat, options);
    const [centre, size] = halves(boxes, boxFormat, options);
    const [wide, wideBox] = [ops.maximum(anchorSize, epsilon()), ops.maximum(size, epsilon())];
    const moves = ops.divide(ops.subtract(centre, anchorCentre), wide);
    const deltas = ops.concatenate([moves, ops.log(ops.divide(wideBox, wide))], { axis: -1 });
    return options.variance ? ops.divide(deltas, [...options.variance]) : deltas;
  });
}

/**
 * The boxes that {@link encodeBoxToDeltas} made differences of.
 *
 * @see Keras 3, `keras.utils.bounding_boxes.decode_deltas_to_boxes`
 */
export function decodeDeltasToBoxes(
  anchors: TensorLike,
  boxesDelta: TensorLike,
  anchorFormat: BoundingBoxFormat,
  boxFormat: BoundingBoxFormat,
  options: DeltaOptions = {},
): Tensor {
  const { encodingFormat = 'centerYxhw', variance, imageShape } = options;
  return scope(() => {
    const [anchorCentre, anchorSize] = halves(anchors, anchorFormat, options);
    const deltas = variance ? ops.multiply(boxesDelta, [...variance]) : boxesDelta;
    const [moves, growth] = ops.split(deltas, 2, { axis: -1 }) as [Tensor, Tensor];
    const centre = ops.add(ops.multiply(moves, anchorSize), anchorCentre);
    const boxes = ops.concatenate([centre, ops.multiply(ops.exp(growth), anchorSize)], { axis: -1 });
    const [height, width] = imageShape ?? [];
    return convertFormat(boxes, encodingFormat, boxFormat, { height, width });
  });
}

/** Centre and size, each `[..., 2]`. */
function halves(boxes: TensorLike, format: BoundingBoxFormat, options: DeltaOptions): [Tensor, Tensor] {
  const { encodingFormat = 'centerYxhw', imageShape } = options;
  requireOneOf('boundingBoxes', 'encodingFormat', encodingFormat, [
    'centerXywh',
    'centerYxhw',
    'center_xywh',
    'center_yxhw',
  ]);
  const [height, width] = imageShape ?? [];
  return ops.split(convertFormat(boxes, format, encodingFormat, { height, width }), 2, { axis: -1 }) as [
    Tensor,
    Tensor,
  ];
}
