import { beforeAll, describe, expect, test } from 'vitest';
import { conv2dGeometry, conv3dGeometry } from '../../kernels/conv-geometry.ts';
import { startJsBackend } from '../../testing/js-backend.ts';
import { evaluate, float32, floats, flopsOf, innerProduct, jsKernel, wholes } from '../../testing/primitive-check.ts';
import type { HostValue } from '../primitive.ts';

beforeAll(async () => {
  await startJsBackend();
});

test('a convolution by hand', () => {
  // rows [1 2 3] and [4 5 6], window 1 × 2 with weights 10 and 1: 10 · left + right
  const x = float32([1, 2, 3, 1], [1, 2, 3, 4, 5, 6]);
  const w = float32([1, 2, 1, 1], [10, 1]);
  const attrs = {
    strides: [1, 1],
    dilations: [1, 1],
    pads: [
      [0, 0],
      [0, 1],
    ],
  };
  const [y] = evaluate('conv', [x, w], attrs);
  expect(y).toEqual(float32([1, 2, 3, 1], [12, 23, 30, 45, 56, 60]));
  // dy of ones: each element counts 10 as left of a window and 1 as right of one
  const dy = float32([1, 2, 3, 1], [1, 1, 1, 1, 1, 1]);
  const [dx] = evaluate('convInputGrad', [dy, w], { ...attrs, inputShape: [1, 2, 3, 1] });
  expect(dx).toEqual(float32([1, 2, 3, 1], [10, 11, 11, 10, 11, 11]));
  const [dw] = evaluate('convFilterGrad', [x, dy], { ...attrs, filterShape: [1, 2, 1, 1] });
  expect(dw).toEqual(float32([1, 2, 1, 1], [21, 16]));
});

test('flops are two for each product of elements, padding left out', () => {
  const types = [
    { shape: [5, 4, 4, 3], dtype: 'float32' },
    { shape: [3, 3, 3, 8], dtype: 'float32' },
  ] as const;
  const attrs = { strides: [1, 1], dilations: [1, 1] };
  expect(
    flopsOf('conv', types, {
      ...attrs,
      pads: [
        [0, 0],
        [0, 0],
      ],
    }),
  ).toBe(2 * 5 * 2 * 2 * 9 * 3 * 8);
  // with a padding of 1 the taps inside along an axis are 2, 3, 3, 2
  expect(
    flopsOf('conv', types, {
      ...attrs,
      pads: [
        [1, 1],
        [1, 1],
      ],
    }),
  ).toBe(2 * 5 * 10 * 10 * 3 * 8);
});

interface Case {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly strides?: readonly number[];
  readonly pad?: 'same' | 'valid' | readonly (readonly [number, number])[];
  readonly dilations?: readonly number[];
}

const images: Case[] = [
  { x: [1, 3, 3, 1], w: [1, 1, 1, 1] },
  { x: [2, 7, 6, 3], w: [3, 2, 3, 4] },
  { x: [2, 7, 6, 3], w: [3, 2, 3, 4], pad: 'same' },
  { x: [2, 7, 6, 3], w: [3, 2, 3, 4], pad: 'same', strides: [2, 1] },
  { x: [3, 8, 9, 5], w: [3, 3, 5, 2], pad: 'same', strides: [2, 3] },
  {
    x: [1, 8, 9, 2],
    w: [2, 3, 2, 3],
    pad: [
      [0, 0],
      [1, 2],
      [0, 3],
      [0, 0],
    ],
  },
  {
    x: [1, 8, 9, 2],
    w: [2, 3, 2, 3],
    pad: [
      [0, 0],
      [1, 2],
      [0, 3],
      [0, 0],
    ],
    strides: [3, 2],
  },
  { x: [2, 9, 8, 17], w: [3, 3, 17, 16], pad: 'same' },
  { x: [1, 4, 4, 2], w: [4, 4, 2, 3] },
  { x: [1, 2, 2, 2], w: [5, 5, 2, 3], pad: 'same' },
  { x: [1, 5, 5, 2], w: [1, 1, 2, 3], strides: [3, 3] },
  { x: [0, 5, 5, 2], w: [3, 3, 2, 3] },
];
const dilated: Case[] = [
  { x: [2, 9, 8, 2], w: [3, 3, 2, 3], dilations: [2, 1] },
  { x: [2, 9, 8, 2], w: [3, 2, 2, 3], dilations: [2, 3], pad: 'same' },
];
const volumes: Case[] = [
  { x: [2, 4, 5, 6, 2], w: [2, 3, 2, 2, 3], strides: [1, 1, 1] },
  { x: [2, 4, 5, 7, 2], w: [2, 3, 2, 2, 3], strides: [2, 1, 2], pad: 'same' },
  { x: [1, 5, 5, 5, 3], w: [3, 3, 3, 3, 2], strides: [2, 2, 2], pad: 'same' },
];

/** The attributes of kernel and primitive. */
function attributes({ x, w, strides = [1, 1], pad = 'valid', dilations }: Case) {
  const dims = strides.length;
  const kernel = {
    strides,
    pad,
    dataFormat: dims === 2 ? 'NHWC' : 'NDHWC',
    dilations: dilations ?? new Array<number>(dims).fill(1),
  };
  const { padding } = (dims === 2 ? conv2dGeometry : conv3dGeometry)(x, w, kernel);
  return { kernel, primitive: { strides, dilations: kernel.dilations, pads: padding } };
}

const name = (c: Case): string => JSON.stringify(c);

describe('bit-equal to the kernels of tfjs', () => {
  test.each([...images, ...dilated, ...volumes].map((c) => [name(c), c] as const))('forward: %s', (_, c) => {
    const { kernel, primitive } = attributes(c);
    const [x, w] = [floats(c.x, 1), floats(c.w, 2)];
    const expected = jsKernel(c.x.length === 4 ? 'Conv2D' : 'Conv3D', { x, filter: w }, kernel);
    expect(evaluate('conv', [x, w], primitive)).toEqual(expected);
  });

  test.each([...images, ...volumes].map((c) => [name(c), c] as const))('gradients: %s', (_, c) => {
    const { kernel, primitive } = attributes(c);
    const [x, w] = [floats(c.x, 1), floats(c.w, 2)];
    const [y] = evaluate('conv', [x, w], primitive);
    const dy = floats(y!.type.shape, 3);
    const suffix =
      c.x.length === 4
        ? ['Conv2DBackpropInput', 'Conv2DBackpropFilter']
        : ['Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2'];
    expect(evaluate('convInputGrad', [dy, w], { ...primitive, inputShape: c.x })).toEqual(
      jsKernel(suffix[0]!, { dy, filter: w }, { ...kernel, inputShape: c.x }),
    );
    expect(evaluate('convFilterGrad', [x, dy], { ...primitive, filterShape: c.w })).toEqual(
      jsKernel(suffix[1]!, { x, dy }, { ...kernel, filterShape: c.w }),
    );
  });
});

const general = [
  { x: [2, 9, 3], w: [4, 3, 5], strides: [2], dilations: [2], pads: [[3, 1]] },
  {
    x: [2, 9, 8, 4],
    w: [3, 2, 2, 6],
    strides: [2, 1],
    dilations: [2, 3],
    pads: [
      [1, 0],
      [2, 3],
    ],
    groups: 2,
  },
  {
    x: [2, 7, 6, 3],
    w: [3, 3, 1, 3],
    strides: [1, 2],
    dilations: [1, 1],
    pads: [
      [1, 1],
      [0, 1],
    ],
    groups: 3,
  },
  {
    x: [1, 4, 5, 6, 2],
    w: [2, 2, 3, 2, 2],
    strides: [2, 1, 2],
    dilations: [1, 2, 2],
    pads: [
      [1, 1],
      [0, 1],
      [2, 0],
    ],
  },
];

test.each(general.map((c) => [JSON.stringify(c), c] as const))('the gradients are those of the forward: %s', (_, c) => {
  const { x: inputShape, w: filterShape, ...attrs } = c;
  const [x, w] = [wholes(inputShape, -4, 5, 1), wholes(filterShape, -4, 5, 2)];
  const [y] = evaluate('conv', [x, w], attrs);
  const dy = wholes(y!.type.shape, -4, 5, 3);
  const [dx] = evaluate('convInputGrad', [dy, w], { ...attrs, inputShape });
  const [dw] = evaluate('convFilterGrad', [x, dy], { ...attrs, filterShape });
  // a convolution is linear in both: y · dy = x · dx = w · dw, here exactly
  const product = innerProduct(y!, dy);
  expect(product).not.toBe(0);
  expect(innerProduct(x, dx!)).toBe(product);
  expect(innerProduct(w, dw!)).toBe(product);
});

test('a group of channels makes a group of filters', () => {
  const [x, w] = [floats([2, 5, 4, 6], 1), floats([3, 2, 3, 4], 2)];
  const attrs = {
    strides: [1, 1],
    dilations: [1, 1],
    pads: [
      [1, 1],
      [0, 1],
    ],
  };
  const [y] = evaluate('conv', [x, w], { ...attrs, groups: 2 });
  for (const group of [0, 1]) {
    const part = evaluate('conv', [channels(x, 3 * group, 3), channels(w, 2 * group, 2)], attrs);
    expect(channels(y!, 2 * group, 2)).toEqual(part[0]);
  }
});

test('a list of vectors is an image of height 1', () => {
  const [x, w] = [floats([2, 9, 3], 1), floats([4, 3, 5], 2)];
  const [list] = evaluate('conv', [x, w], { strides: [2], dilations: [1], pads: [[1, 2]] });
  const asImage = ({ type, data }: HostValue, axis: number): HostValue => ({
    type: { ...type, shape: type.shape.toSpliced(axis, 0, 1) },
    data,
  });
  const attrs = {
    strides: [1, 2],
    pad: [
      [0, 0],
      [0, 0],
      [1, 2],
      [0, 0],
    ],
    dataFormat: 'NHWC',
    dilations: [1, 1],
  };
  const [image] = jsKernel('Conv2D', { x: asImage(x, 1), filter: asImage(w, 0) }, attrs);
  expect(asImage(list!, 1)).toEqual(image);
});

test('what does not fit is refused by name', () => {
  const x = floats([1, 4, 4, 3]);
  const attrs = {
    strides: [1, 1],
    dilations: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  const run =
    (w: readonly number[], change: object = {}) =>
    () =>
      evaluate('conv', [x, floats(w)], { ...attrs, ...change });
  expect(run([3, 3, 2, 8])).toThrow('conv: 3 channels and the filter [3, 3, 2, 8] in 1 groups do not fit');
  expect(run([3, 3, 1, 8], { groups: 3 })).toThrow('in 3 groups');
  expect(run([5, 3, 3, 8])).toThrow('spatial axis 0 is shorter with its padding, 0 + 4 + 0, than the window, 5');
  expect(run([3, 3, 3, 8], { strides: [0, 1] })).toThrow('conv: `strides` must be of length 2, with no number below 1');
  expect(run([3, 3, 3, 8], { pads: [[0, 0]] })).toThrow('conv: `pads` must be of length 2');
  expect(run([3, 3, 8])).toThrow('the window [3] has not the 2 spatial axes');
  expect(() => evaluate('conv', [floats([4, 3]), floats([3, 3])], attrs)).toThrow('expected an input of shape');
  expect(() => evaluate('convInputGrad', [x, floats([3, 3, 3, 3])], { ...attrs, inputShape: [1, 4, 4, 3] })).toThrow(
    'convInputGrad: expected `dy` of shape [1, 2, 2, 3], received [1, 4, 4, 3].',
  );
});

/** Some of the last axis. */
function channels({ type, data }: HostValue, start: number, count: number): HostValue {
  const all = type.shape.at(-1)!;
  return {
    type: { ...type, shape: type.shape.with(-1, count) },
    data: data.filter((_, i) => i % all >= start && i % all < start + count),
  };
}
