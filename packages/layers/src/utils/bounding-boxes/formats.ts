import {
  ArgumentError,
  canonicalName,
  ops,
  requireOneOf,
  ShapeError,
  scope,
  showShape,
  type Tensor,
  type TensorLike,
  toTensor,
} from '@capas/core';

/**
 * How the four numbers of a box are meant. `x`, `y`: left and top, then right and bottom; `w`, `h`: width and height;
 * `center…`: the middle instead of left and top; `rel…`: as shares of the width and height of the image. Keras's spelling
 * is understood too.
 */
export type BoundingBoxFormat =
  | 'xyxy'
  | 'yxyx'
  | 'xywh'
  | 'centerXywh'
  | 'centerYxhw'
  | 'relXyxy'
  | 'relYxyx'
  | 'relXywh'
  | 'relCenterXywh'
  | 'center_xywh'
  | 'center_yxhw'
  | 'rel_xyxy'
  | 'rel_yxyx'
  | 'rel_xywh'
  | 'rel_center_xywh';

/** The size of the image that boxes lie in; relative formats need it. */
export interface ImageSize {
  readonly height?: TensorLike | null | undefined;
  readonly width?: TensorLike | null | undefined;
}

/** The four columns of boxes, each `[..., 1]`. */
export type Columns = readonly [Tensor, Tensor, Tensor, Tensor];

const FORMATS = [
  'xyxy',
  'yxyx',
  'xywh',
  'centerXywh',
  'centerYxhw',
  'relXyxy',
  'relYxyx',
  'relXywh',
  'relCenterXywh',
] as const;

type Layout = 'xyxy' | 'yxyx' | 'xywh' | 'centerXywh' | 'centerYxhw';

/** A format in its parts. @throws ArgumentError if there is no such format */
export function requireFormat(who: string, argument: string, format: unknown): { layout: Layout; isRelative: boolean } {
  const given = typeof format === 'string' ? canonicalName(format) : format;
  const name = requireOneOf(who, argument, given, FORMATS);
  const layout = name.replace(/^rel(.)/, (_, first: string) => first.toLowerCase()) as Layout;
  return { layout, isRelative: layout !== name };
}

/**
 * Boxes `[..., 4]` in another format.
 *
 * @throws ArgumentError if a format is unknown, or relative while the size of the image is missing
 * @see Keras 3, `keras.utils.bounding_boxes.convert_format`
 * @example
 * convertFormat([[10, 20, 30, 60]], 'xyxy', 'xywh'); // [[10, 20, 20, 40]]
 */
export function convertFormat(
  boxes: TensorLike,
  source: BoundingBoxFormat,
  target: BoundingBoxFormat,
  size: ImageSize = {},
): Tensor {
  const [from, to] = [
    requireFormat('convertFormat', 'source', source),
    requireFormat('convertFormat', 'target', target),
  ];
  return scope(() => {
    const given = requireBoxes('convertFormat', boxes);
    if (from.layout === to.layout && from.isRelative === to.isRelative) return ops.copy(given);
    const [fromScale, toScale] = [scaleOf(from.isRelative, size), scaleOf(to.isRelative, size)];
    const corners = TO_CORNERS[from.layout](columnsOf(given));
    const scaled = from.isRelative === to.isRelative ? corners : rescaled(corners, fromScale, toScale);
    return ops.concatenate(FROM_CORNERS[to.layout](scaled), { axis: -1 });
  });
}

/** Boxes as float32 `[..., 4]`. @throws ShapeError if the last axis has another length */
export function requireBoxes(who: string, boxes: TensorLike): Tensor {
  const tensor = toTensor(boxes, 'float32', who);
  if (tensor.shape.at(-1) !== 4) {
    throw new ShapeError(`${who}: boxes must have 4 numbers on the last axis. Received: ${showShape(tensor.shape)}.`);
  }
  return tensor;
}

/** The columns of boxes `[..., 4]`. */
export const columnsOf = (boxes: Tensor): Columns => ops.split(boxes, 4, { axis: -1 }) as unknown as Columns;

const TO_CORNERS: Readonly<Record<Layout, (columns: Columns) => Columns>> = {
  xyxy: (columns) => columns,
  yxyx: ([y1, x1, y2, x2]) => [x1, y1, x2, y2],
  xywh: ([x, y, w, h]) => [x, y, ops.add(x, w), ops.add(y, h)],
  centerXywh: ([x, y, w, h]) => around(x, y, w, h),
  centerYxhw: ([y, x, h, w]) => around(x, y, w, h),
};

const FROM_CORNERS: Readonly<Record<Layout, (columns: Columns) => Columns>> = {
  xyxy: (columns) => columns,
  yxyx: ([x1, y1, x2, y2]) => [y1, x1, y2, x2],
  xywh: ([x1, y1, x2, y2]) => [x1, y1, ops.subtract(x2, x1), ops.subtract(y2, y1)],
  centerXywh: (corners) => middle(corners),
  centerYxhw: (corners) => {
    const [x, y, w, h] = middle(corners);
    return [y, x, h, w];
  },
};

function around(x: Tensor, y: Tensor, w: Tensor, h: Tensor): Columns {
  const [halfWidth, halfHeight] = [ops.divide(w, 2), ops.divide(h, 2)];
  return [ops.subtract(x, halfWidth), ops.subtract(y, halfHeight), ops.add(x, halfWidth), ops.add(y, halfHeight)];
}

function middle([x1, y1, x2, y2]: Columns): Columns {
  const [w, h] = [ops.subtract(x2, x1), ops.subtract(y2, y1)];
  return [ops.add(x1, ops.divide(w, 2)), ops.add(y1, ops.divide(h, 2)), w, h];
}

/** Width and height where the format is relative. */
function scaleOf(isRelative: boolean, { height, width }: ImageSize): readonly [TensorLike, TensorLike] | undefined {
  if (!isRelative) return undefined;
  for (const [argument, value] of [
    ['height', height],
    ['width', width],
  ] as const) {
    if (value === undefined || value === null)
      throw new ArgumentError('convertFormat', argument, 'given for relative formats', value);
  }
  return [width!, height!];
}

function rescaled(
  corners: Columns,
  from: readonly [TensorLike, TensorLike] | undefined,
  to: readonly [TensorLike, TensorLike] | undefined,
): Columns {
  return corners.map((column, i) => {
    if (from) return ops.multiply(column, from[i % 2]!);
    return ops.divide(column, to![i % 2]!);
  }) as unknown as Columns;
}
