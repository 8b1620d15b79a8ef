import { callOf, inputOf, numberOf } from '@capas/core/testing';
import { describe, test } from 'vitest';
import { check, numbers } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const executor = (await startWasmExecutor())!;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);
const floats = (shape: readonly number[], seed = 1) => ({ shape, data: numbers(sizeOf(shape), seed) });

/** A window over one axis: length, taps, stride, dilation, padding before and after. */
type Axis = readonly [length: number, taps: number, stride: number, dilation: number, before: number, after: number];

const AXES: readonly (readonly [Axis, Axis])[] = [
  [
    [5, 3, 1, 1, 0, 0],
    [7, 3, 1, 1, 0, 0],
  ],
  [
    [6, 3, 1, 1, 1, 1],
    [8, 5, 1, 1, 2, 2],
  ],
  [
    [7, 3, 2, 1, 1, 1],
    [9, 2, 2, 1, 0, 1],
  ],
  [
    [9, 3, 1, 2, 2, 2],
    [11, 3, 1, 3, 3, 3],
  ],
  [
    [8, 2, 3, 1, 0, 0],
    [10, 1, 2, 1, 0, 0],
  ],
  [
    [8, 3, 2, 2, 2, 1],
    [7, 3, 3, 2, 0, 3],
  ],
  [
    [6, 1, 1, 1, 0, 0],
    [5, 1, 1, 1, 0, 0],
  ],
  [
    [4, 4, 1, 1, 3, 3],
    [30, 2, 1, 1, 1, 0],
  ],
];

const attributesOf = ([y, x]: readonly [Axis, Axis]) => ({
  strides: [y[2], x[2]],
  dilations: [y[3], x[3]],
  pads: [
    [y[4], y[5]],
    [x[4], x[5]],
  ],
});

const outputOf = ([length, taps, stride, dilation, before, after]: Axis): number =>
  Math.floor((before + length + after - dilation * (taps - 1) - 1) / stride) + 1;

describe.each(AXES.map((axes) => [JSON.stringify(axes), axes] as const))('window %s', (_, axes) => {
  const [y, x] = axes;
  const attrs = attributesOf(axes);
  const outputs = axes.map(outputOf);

  test.each([
    [1, 1, 1, 1],
    [3, 3, 8, 1],
    [2, 4, 11, 1],
    [5, 16, 24, 1],
    [2, 6, 9, 3],
    [2, 8, 32, 2],
    [2, 200, 3, 1],
    [1, 3, 410, 1],
  ])('convolutions of %i images, %i to %i channels in %i groups', (batch, from, to, groups) => {
    const images = floats([batch, y[0], x[0], from]);
    const filter = floats([y[1], x[1], from / groups, to], 2);
    const dy = floats([batch, ...outputs, to], 3);
    check(
      executor,
      { images, filter, dy },
      (builder, [images, filter, dy]) => [
        ...builder.emit('conv', [images!, filter!], { ...attrs, groups }),
        ...builder.emit('convInputGrad', [dy!, filter!], { ...attrs, groups, inputShape: [batch, y[0], x[0], from] }),
        ...builder.emit('convFilterGrad', [images!, dy!], {
          ...attrs,
          groups,
          filterShape: [y[1], x[1], from / groups, to],
        }),
      ],
      { tolerance: 1e-6, scale: y[1] * x[1] * Math.max(from, to) + batch * sizeOf(outputs) },
    );
  });

  test.each([
    [4, 1],
    [7, 1],
    [3, 2],
    [8, 4],
  ])('depthwise convolutions of %i channels, times %i', (channels, multiplier) => {
    const images = floats([3, y[0], x[0], channels]);
    const filter = floats([y[1], x[1], channels, multiplier], 2);
    const dy = floats([3, ...outputs, channels * multiplier], 3);
    check(
      executor,
      { images, filter, dy },
      (builder, [images, filter, dy]) => [
        ...builder.emit('depthwiseConv', [images!, filter!], attrs),
        ...builder.emit('depthwiseConv', [images!, filter!, dy!], {
          ...attrs,
          epilogue: callOf('add', callOf('relu', inputOf(0)), inputOf(1)),
        }),
        ...builder.emit('depthwiseInputGrad', [dy!, filter!], { ...attrs, inputShape: imageShape(3, y, x, channels) }),
        ...builder.emit('depthwiseFilterGrad', [images!, dy!], {
          ...attrs,
          filterShape: [y[1], x[1], channels, multiplier],
        }),
      ],
      { tolerance: 1e-6, scale: 10 },
    );
  });

  test.each([1, 4, 7])('pooling of %i channels', (channels) => {
    const data = numbers(2 * y[0] * x[0] * channels).map((value) => Math.round(value * 4));
    data.fill(Number.NaN, 3, 5);
    data.fill(Number.NEGATIVE_INFINITY, 10, 20);
    const images = { shape: [2, y[0], x[0], channels], data };
    const finite = floats([2, y[0], x[0], channels]);
    const dy = floats([2, ...outputs, channels], 3);
    const window = [y[1], x[1]];
    check(
      executor,
      { images, finite, dy },
      (builder, [images, finite, dy]) => [
        ...builder.emit('pool', [images!], { ...attrs, window, kind: 'max' }),
        ...builder.emit('pool', [finite!], { ...attrs, window, kind: 'avg' }),
        ...builder.emit('poolGrad', [dy!, images!], { ...attrs, window, kind: 'max' }),
        ...builder.emit('poolGrad', [dy!], {
          ...attrs,
          window,
          kind: 'avg',
          inputShape: imageShape(2, y, x, channels),
        }),
      ],
      { tolerance: 1e-6, scale: 4 },
    );
  });
});

const imageShape = (batch: number, y: Axis, x: Axis, channels: number) => [batch, y[0], x[0], channels];

test('epilogues of convolutions', () => {
  const given = {
    images: floats([3, 9, 8, 5]),
    filter: floats([3, 3, 5, 10], 2),
    bias: floats([10], 3),
    rest: floats([3, 9, 8, 10], 4),
    mask: floats([3, 9, 8, 5], 5),
  };
  const window = {
    strides: [1, 1],
    dilations: [1, 1],
    pads: [
      [1, 1],
      [1, 1],
    ],
  };
  check(
    executor,
    given,
    (builder, [images, filter, bias, rest, mask]) => [
      ...builder.emit('conv', [images!, filter!, bias!, rest!], {
        ...window,
        groups: 1,
        epilogue: callOf('add', callOf('relu', callOf('add', inputOf(0), inputOf(1))), inputOf(2)),
      }),
      ...builder.emit('convInputGrad', [rest!, filter!, mask!], {
        ...window,
        groups: 1,
        inputShape: [3, 9, 8, 5],
        epilogue: callOf('mul', inputOf(0), callOf('step', inputOf(1), numberOf(0.1))),
      }),
    ],
    { tolerance: 1e-6, scale: 100 },
  );
});

test.each([
  [4, 6],
  [9, 13],
  [1, 2],
])('resized to [%i, %i]', (height, width) => {
  for (const channels of [1, 4, 5]) {
    check(executor, { x: floats([2, 5, 7, channels]) }, (builder, ids) =>
      ['bilinear', 'nearest'].flatMap((kind) =>
        [
          [false, false],
          [true, false],
          [false, true],
        ].flatMap(([alignCorners, halfPixelCenters]) =>
          builder.emit('resize', ids, {
            kind,
            size: [height, width],
            alignCorners: alignCorners!,
            halfPixelCenters: halfPixelCenters!,
          }),
        ),
      ),
    );
  }
});
