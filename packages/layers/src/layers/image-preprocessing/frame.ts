import { ops, type Tensor } from '@capas/core';

/** The part of an image, or what is around it, that becomes the output: its corner and size in pixels of the input. */
export interface Frame<Start = number | Tensor> {
  /** A number, or an int32 tensor of rank 0. */
  readonly top: Start;
  readonly left: Start;
  readonly height: number;
  readonly width: number;
}

/** The largest centred part with the aspect ratio of the target: what `ops.image.resize` crops to. */
export function croppedFrame(height: number, width: number, [tall, wide]: readonly [number, number]): Frame<number> {
  const cut = (length: number, wanted: number): number => Math.max(1, Math.min(length, Math.trunc(wanted)));
  const [h, w] = [cut(height, (width * tall) / wide), cut(width, (height * wide) / tall)];
  return { top: Math.trunc((height - h) / 2), left: Math.trunc((width - w) / 2), height: h, width: w };
}

/** The image with the borders that give it the aspect ratio of the target: what `ops.image.resize` pads to. */
export function paddedFrame(height: number, width: number, [tall, wide]: readonly [number, number]): Frame<number> {
  const border = (length: number, wanted: number): number =>
    Math.trunc((Math.max(length, Math.trunc(wanted)) - length) / 2);
  const [top, left] = [border(height, (width * tall) / wide), border(width, (height * wide) / tall)];
  return { top: -top, left: -left, height: height + 2 * top, width: width + 2 * left };
}

/** The frame cut out of images `[n, h, w, c]`, which it lies within, and resized to `[height, width]`. */
export function showFrame(
  images: Tensor,
  { top, left, height, width }: Frame,
  size: readonly [number, number],
  interpolation: 'bilinear' | 'nearest',
): Tensor {
  const [n, , , channels] = images.shape as [number, number, number, number];
  const isFixed = typeof top === 'number' && typeof left === 'number';
  const starts = isFixed ? [0, top, left, 0] : ops.stack([0, top, left, 0].map((start) => ops.cast(start, 'int32')));
  const part = ops.slice(images, starts, [n, height, width, channels]);
  if (height === size[0] && width === size[1]) return part;
  return ops.image.resize(part, size, { interpolation });
}

/** Boxes `xyxy` of the image as they lie in the output, which shows the frame in the size `[height, width]`. */
export function boxesInFrame(boxes: Tensor, frame: Frame, [height, width]: readonly [number, number]): Tensor {
  const move = (column: Tensor, i: number): Tensor => {
    const [start, scale] = i % 2 === 0 ? [frame.left, width / frame.width] : [frame.top, height / frame.height];
    return ops.multiply(ops.subtract(column, start), scale);
  };
  return ops.concatenate(ops.split(boxes, 4, { axis: -1 }).map(move), { axis: -1 });
}
