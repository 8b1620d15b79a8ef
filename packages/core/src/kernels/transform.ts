import {
  add,
  clipByValue,
  div,
  floor,
  greater,
  greaterEqual,
  less,
  mul,
  neg,
  range,
  reshape,
  slice,
  sub,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { corners } from './crop-and-resize.ts';
import { inside, zerosOf } from './gradient-helpers.ts';
import { scatterPixels, type Tap } from './sampling.ts';
import type { GradientContext, KernelSpec } from './spec.ts';

/**
 * Images moved by projections: output `(x, y)` is read at `((a₀x + a₁y + a₂) / k, (b₀x + b₁y + b₂) / k)` with
 * `k = c₀x + c₁y + 1`. As in TensorFlow, there is no derivative with respect to the projections.
 */
export const transform: KernelSpec<'image' | 'transforms'> = {
  name: 'Transform',
  inputs: ['image', 'transforms'],
  kind: 'gather',
  infer: ({ image: { shape, dtype } }, { outputShape }) => ({
    shape: [shape[0]!, ...((outputShape as number[] | undefined) ?? shape.slice(1, 3)), shape[3]!],
    dtype,
  }),
  gradient: {
    saves: { inputs: ['image', 'transforms'] },
    run: (context) => ({
      image: () => scatterPixels(context.dy, taps(context), context.inputs.image.shape),
      transforms: () => zerosOf(context.inputs.transforms.shape),
    }),
  },
};

function taps({ dy, inputs: { image, transforms }, attrs }: GradientContext<'image' | 'transforms'>): Tap[] {
  const [count, imageHeight, imageWidth] = image.shape as [number, number, number];
  const [, height, width] = dy.shape as [number, number, number];
  const outX = reshape(range(0, width), [1, 1, width]);
  const outY = reshape(range(0, height), [1, height, 1]);
  const entry = (i: number): Tensor => reshape(slice(transforms, [0, i], [-1, 1]), [-1, 1, 1]);
  const plane = (i: number, offset: Tensor | number): Tensor =>
    add(add(mul(entry(i), outX), mul(entry(i + 1), outY)), offset);
  const projection = plane(6, 1);
  const mode = attrs.fillMode as string;
  const x = mapCoordinate(div(plane(0, entry(2)), projection), imageWidth, mode);
  const y = mapCoordinate(div(plane(3, entry(5)), projection), imageHeight, mode);
  const read =
    attrs.interpolation === 'bilinear'
      ? corners(y, x)
      : [{ y: floor(add(y, 0.5)), x: floor(add(x, 0.5)), weight: add(zerosOf([count, height, width]), 1) }];
  const batch = reshape(range(0, count, 1, 'int32'), [count, 1, 1]);
  return read.map((tap) => ({
    batch,
    y: tap.y,
    x: tap.x,
    weight: mul(add(tap.weight, zerosOf([count, 1, 1])), mul(inside(tap.y, imageHeight), inside(tap.x, imageWidth))),
  }));
}

/** Where a coordinate outside of `0 … length - 1` is read, by TensorFlow's fill modes. */
function mapCoordinate(at: Tensor, length: number, mode: string): Tensor {
  const last = length - 1;
  if (mode === 'nearest') return clipByValue(at, 0, last);
  if (mode !== 'reflect' && mode !== 'wrap') return at;
  const [below, above] = mode === 'reflect' ? reflected(at, length) : wrapped(at, length);
  return clipByValue(where(less(at, 0), below, where(greater(at, last), above, at)), 0, last);
}

function reflected(at: Tensor, length: number): [Tensor, Tensor] {
  const period = 2 * length;
  const below = add(at, mul(floor(div(neg(at), period)), period));
  const above = sub(at, mul(floor(div(at, period)), period));
  return [
    where(less(below, -length), add(below, period), sub(neg(below), 1)),
    where(greaterEqual(above, length), sub(period - 1, above), above),
  ];
}

function wrapped(at: Tensor, length: number): [Tensor, Tensor] {
  const last = Math.max(1, length - 1);
  return [add(at, mul(add(floor(div(neg(at), last)), 1), length)), sub(at, mul(floor(div(at, last)), length))];
}
