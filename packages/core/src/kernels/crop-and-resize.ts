import { add, floor, gather, mul, range, reshape, stack, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { inside, zerosOf } from './gradient-helpers.ts';
import { readPixels, scatterPixels, type Tap } from './sampling.ts';
import type { GradientContext, KernelSpec } from './spec.ts';

type Inputs = 'image' | 'boxes' | 'boxInd';

/**
 * Boxes `[y1, x1, y2, x2]` (0…1) cut out of images and resized to `cropSize`; `boxInd` names the image of each. The
 * derivative with respect to the boxes is that of bilinear interpolation, and 0 for the nearest pixel.
 */
export const cropAndResize: KernelSpec<Inputs> = {
  name: 'CropAndResize',
  inputs: ['image', 'boxes', 'boxInd'],
  kind: 'gather',
  infer: ({ image, boxes }, { cropSize }) => ({
    shape: [boxes.shape[0]!, ...(cropSize as number[]), image.shape[3]!],
    dtype: 'float32',
  }),
  gradient: {
    saves: { inputs: ['image', 'boxes', 'boxInd'] },
    run: (context) => {
      const { image, boxes, boxInd } = context.inputs;
      return {
        image: () => scatterPixels(context.dy, taps(context), image.shape),
        boxes: () => (context.attrs.method === 'bilinear' ? boxGradient(context) : zerosOf(boxes.shape)),
        boxInd: () => zerosOf(boxInd.shape),
      };
    },
  },
};

/** Rows or columns of a crop: how each depends on the two ends of its box, `[length]`. */
function ends(length: number, imageLength: number): { first: Tensor; second: Tensor } {
  const second = length > 1 ? mul(range(0, length), 1 / (length - 1)) : reshape(0.5, [1]);
  return { first: mul(sub(1, second), imageLength - 1), second: mul(second, imageLength - 1) };
}

interface Sampling {
  readonly batch: Tensor;
  /** `[boxes, height, 1]` and `[boxes, 1, width]`. */
  readonly y: Tensor;
  readonly x: Tensor;
  /** 1 where the crop lies inside the image. */
  readonly valid: Tensor;
}

function sampling({ inputs: { image, boxes, boxInd }, attrs }: GradientContext<Inputs>): Sampling {
  const [, imageHeight, imageWidth] = image.shape as [number, number, number];
  const [height, width] = attrs.cropSize as [number, number];
  const count = boxes.shape[0]!;
  const corner = (column: number): Tensor => reshape(gather(boxes, column, 1), [count, 1]);
  const along = (length: number, imageLength: number, column: number): Tensor => {
    const { first, second } = ends(length, imageLength);
    return add(mul(corner(column), first), mul(corner(column + 2), second));
  };
  const y = reshape(along(height, imageHeight, 0), [count, height, 1]);
  const x = reshape(along(width, imageWidth, 1), [count, 1, width]);
  const batch = reshape(boxInd, [count, 1, 1]);
  return { batch, y, x, valid: mul(inside(y, imageHeight), inside(x, imageWidth)) };
}

function taps(context: GradientContext<Inputs>): Tap[] {
  const { batch, y, x, valid } = sampling(context);
  if (context.attrs.method !== 'bilinear') {
    return [{ batch, y: floor(add(y, 0.5)), x: floor(add(x, 0.5)), weight: valid }];
  }
  return corners(y, x).map((corner) => ({ batch, y: corner.y, x: corner.x, weight: mul(corner.weight, valid) }));
}

/** The four pixels around a place, and how much of each it has. */
export function corners(y: Tensor, x: Tensor): Omit<Tap, 'batch'>[] {
  const [top, left] = [floor(y), floor(x)];
  const [down, right] = [sub(y, top), sub(x, left)];
  const [up, back] = [sub(1, down), sub(1, right)];
  return [
    { y: top, x: left, weight: mul(up, back) },
    { y: top, x: add(left, 1), weight: mul(up, right) },
    { y: add(top, 1), x: left, weight: mul(down, back) },
    { y: add(top, 1), x: add(left, 1), weight: mul(down, right) },
  ];
}

function boxGradient(context: GradientContext<Inputs>): Tensor {
  const { dy, inputs, attrs } = context;
  const { batch, y, x, valid } = sampling(context);
  const [height, width] = attrs.cropSize as [number, number];
  const pixels = corners(y, x).map((corner) => readPixels(inputs.image, { batch, ...corner }));
  const [topLeft, topRight, bottomLeft, bottomRight] = pixels as [Tensor, Tensor, Tensor, Tensor];
  const channel = (place: Tensor): Tensor => reshape(place, [...place.shape, 1]);
  const mix = (a: Tensor, b: Tensor, share: Tensor): Tensor => add(a, mul(channel(share), sub(b, a)));
  const downwards = mix(sub(bottomLeft, topLeft), sub(bottomRight, topRight), sub(x, floor(x)));
  const rightwards = mix(sub(topRight, topLeft), sub(bottomRight, bottomLeft), sub(y, floor(y)));
  const total = (slope: Tensor, axis: number): Tensor => sum(mul(valid, sum(mul(dy, slope), 3)), axis);
  const rows = ends(height, inputs.image.shape[1]!);
  const columns = ends(width, inputs.image.shape[2]!);
  const [byRow, byColumn] = [total(downwards, 2), total(rightwards, 1)];
  return stack(
    [mul(byRow, rows.first), mul(byColumn, columns.first), mul(byRow, rows.second), mul(byColumn, columns.second)].map(
      (gradient) => sum(gradient, 1),
    ),
    1,
  );
}
