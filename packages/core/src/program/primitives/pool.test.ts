import { beforeAll, describe, expect, test } from 'vitest';
import { poolGeometry } from '../../kernels/pool-geometry.ts';
import { startJsBackend } from '../../testing/js-backend.ts';
import { evaluate, float32, floats, flopsOf, innerProduct, jsKernel, wholes } from '../../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

const pairs = {
  window: [1, 2],
  strides: [1, 1],
  dilations: [1, 1],
  pads: [
    [0, 0],
    [1, 0],
  ],
};

describe('windows by hand', () => {
  // windows of 1 × 2 over [2 4 4], the first of them half in the padding
  const x = float32([1, 1, 3, 1], [2, 4, 4]);
  const dy = float32([1, 1, 3, 1], [1, 10, 100]);

  test('the maximum, and its gradient to the first of equal elements', () => {
    expect(evaluate('pool', [x], { kind: 'max', ...pairs })).toEqual([float32([1, 1, 3, 1], [2, 4, 4])]);
    expect(evaluate('poolGrad', [dy, x], { kind: 'max', ...pairs })).toEqual([float32([1, 1, 3, 1], [1, 110, 0])]);
  });

  test('the mean of the elements inside, and its gradient', () => {
    expect(evaluate('pool', [x], { kind: 'avg', ...pairs })).toEqual([float32([1, 1, 3, 1], [2, 3, 4])]);
    const attrs = { kind: 'avg', ...pairs, inputShape: [1, 1, 3, 1] };
    expect(evaluate('poolGrad', [dy], attrs)).toEqual([float32([1, 1, 3, 1], [6, 55, 50])]);
  });

  test('flops are the elements inside of windows', () => {
    expect(flopsOf('pool', [x.type], { kind: 'max', ...pairs })).toBe(5);
    expect(flopsOf('poolGrad', [dy.type, x.type], { kind: 'max', ...pairs })).toBe(5);
  });
});

const images = [
  { x: [2, 6, 6, 3], filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
  { x: [2, 7, 8, 3], filterSize: [3, 2], strides: [2, 2], pad: 'same' },
  { x: [2, 7, 8, 3], filterSize: [3, 3], strides: [1, 1], pad: 'same' },
  { x: [1, 7, 8, 2], filterSize: [3, 2], strides: [1, 3], pad: 'valid' },
  { x: [1, 5, 5, 2], filterSize: [1, 1], strides: [2, 2], pad: 'valid' },
  { x: [1, 5, 5, 2], filterSize: [1, 1], strides: [1, 1], pad: 'valid' },
  {
    x: [1, 5, 6, 2],
    filterSize: [2, 3],
    strides: [2, 2],
    pad: [
      [0, 0],
      [1, 0],
      [1, 2],
      [0, 0],
    ],
  },
  { x: [0, 6, 6, 3], filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
];
const volumes = [
  { x: [2, 4, 6, 4, 2], filterSize: [2, 2, 2], strides: [2, 2, 2], pad: 'valid' },
  { x: [1, 5, 4, 6, 2], filterSize: [3, 3, 3], strides: [1, 2, 1], pad: 'valid' },
  { x: [1, 5, 4, 6, 2], filterSize: [2, 2, 2], strides: [2, 2, 2], pad: 'same' },
];

type Case = (typeof images | typeof volumes)[number];

function attributes({ x, filterSize, strides, pad }: Case) {
  const { padding } = poolGeometry(x, { filterSize, strides, pad });
  return {
    kernel: { filterSize, strides, pad, dataFormat: x.length === 5 ? 'NDHWC' : 'NHWC' },
    primitive: { window: filterSize, strides, dilations: filterSize.map(() => 1), pads: padding },
  };
}

const isFull = (c: Case): boolean => attributes(c).primitive.pads.every(([before, after]) => before + after === 0);
const named = (cases: readonly Case[]) => cases.map((c) => [JSON.stringify(c), c] as const);

describe('bit-equal to the kernels of tfjs', () => {
  test.each(named([...images, ...volumes]))('forward: %s', (_, c) => {
    const { kernel, primitive } = attributes(c);
    const suffix = c.x.length === 5 ? '3D' : '';
    const x = floats(c.x);
    expect(evaluate('pool', [x], { kind: 'max', ...primitive })).toEqual(jsKernel(`MaxPool${suffix}`, { x }, kernel));
    expect(evaluate('pool', [x], { kind: 'avg', ...primitive })).toEqual(jsKernel(`AvgPool${suffix}`, { x }, kernel));
  });

  test.each(named(images))('gradient of the maximum, with ties and without: %s', (_, c) => {
    const { kernel, primitive } = attributes(c);
    for (const input of [floats(c.x), wholes(c.x, 0, 3)]) {
      const [output] = evaluate('pool', [input], { kind: 'max', ...primitive });
      const dy = floats(output!.type.shape, 2);
      expect(evaluate('poolGrad', [dy, input], { kind: 'max', ...primitive })).toEqual(
        jsKernel('MaxPoolGrad', { dy, input, output: output! }, kernel),
      );
    }
  });

  test.each(named(volumes))('gradient of the maximum of volumes, without ties: %s', (_, c) => {
    const { kernel, primitive } = attributes(c);
    const input = floats(c.x);
    const [output] = evaluate('pool', [input], { kind: 'max', ...primitive });
    const dy = floats(output!.type.shape, 2);
    expect(evaluate('poolGrad', [dy, input], { kind: 'max', ...primitive })).toEqual(
      jsKernel('MaxPool3DGrad', { dy, input, output: output! }, kernel),
    );
  });

  test.each(named([...images, ...volumes].filter(isFull)))('gradient of the mean of full windows: %s', (_, c) => {
    const { kernel, primitive } = attributes(c);
    const input = floats(c.x);
    const dy = floats(evaluate('pool', [input], { kind: 'avg', ...primitive })[0]!.type.shape, 2);
    expect(evaluate('poolGrad', [dy], { kind: 'avg', ...primitive, inputShape: c.x })).toEqual(
      jsKernel(c.x.length === 5 ? 'AvgPool3DGrad' : 'AvgPoolGrad', { dy, input }, kernel),
    );
  });

  test('NaN has no part in a maximum, and a window without numbers no gradient', () => {
    const data = [Number.NaN, 1, Number.NaN, -Infinity, 2, Number.NaN, -Infinity, Number.NaN];
    const input = float32([1, 2, 4, 1], data);
    const attrs = {
      window: [2, 2],
      strides: [2, 2],
      dilations: [1, 1],
      pads: [
        [0, 0],
        [0, 0],
      ],
    };
    const kernel = { filterSize: [2, 2], strides: [2, 2], pad: 'valid' };
    const [output] = evaluate('pool', [input], { kind: 'max', ...attrs });
    expect(output!.data).toEqual(Float32Array.of(2, -Infinity));
    expect([output]).toEqual(jsKernel('MaxPool', { x: input }, kernel));
    const dy = float32([1, 1, 2, 1], [3, 5]);
    const [dx] = evaluate('poolGrad', [dy, input], { kind: 'max', ...attrs });
    expect(dx!.data).toEqual(Float32Array.of(0, 0, 0, 0, 3, 0, 0, 0));
    expect([dx]).toEqual(jsKernel('MaxPoolGrad', { dy, input, output: output! }, kernel));
  });
});

test('windows of one element that are more than one apart are no copy, though they are as many as the elements', () => {
  const attrs = {
    window: [1],
    strides: [2],
    dilations: [1],
    pads: [[1, 2]],
  };
  // at −1, 1 and 3, of which only 1 is inside
  const x = float32([1, 3, 1], [5, 6, 7]);
  expect(evaluate('pool', [x], { kind: 'max', ...attrs })).toEqual([float32([1, 3, 1], [-Infinity, 6, -Infinity])]);
});

test('dilated windows: gradients are those of the forward', () => {
  const attrs = {
    window: [2, 2],
    strides: [1, 2],
    dilations: [2, 3],
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  const shape = [2, 6, 9, 2];
  const x = wholes(shape, -99, 99);
  const [mean] = evaluate('pool', [x], { kind: 'avg', ...attrs });
  const dy = wholes(mean!.type.shape, -4, 5, 2);
  const [dMean] = evaluate('poolGrad', [dy], { kind: 'avg', ...attrs, inputShape: shape });
  expect(innerProduct(x, dMean!)).toBe(innerProduct(mean!, dy));
  const [maximum] = evaluate('pool', [x], { kind: 'max', ...attrs });
  const [dMaximum] = evaluate('poolGrad', [dy, x], { kind: 'max', ...attrs });
  expect(innerProduct(x, dMaximum!)).toBe(innerProduct(maximum!, dy));
});

test('a gradient of a mean counts what is inside of each window', () => {
  // 3 × 3 windows over 2 × 2 pixels with a padding of 1: all four pixels are in every window
  const attrs = {
    window: [3, 3],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [
      [1, 1],
      [1, 1],
    ],
  };
  const dy = float32([1, 2, 2, 1], [4, 8, 16, 32]);
  const [dx] = evaluate('poolGrad', [dy], { kind: 'avg', ...attrs, inputShape: [1, 2, 2, 1] });
  expect(dx!.data).toEqual(Float32Array.of(15, 15, 15, 15));
});

test('what does not fit is refused by name', () => {
  const x = floats([1, 4, 4, 1]);
  const attrs = {
    window: [2, 2],
    strides: [2, 2],
    dilations: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  expect(() => evaluate('pool', [x], { ...attrs, kind: 'min' })).toThrow("pool: `kind` must be one of 'max', 'avg'");
  expect(() => evaluate('poolGrad', [x], { ...attrs, kind: 'max' })).toThrow("for kind 'max' `dy` and the input");
  expect(() => evaluate('poolGrad', [x, x], { ...attrs, kind: 'avg' })).toThrow("for kind 'avg' `dy` alone");
  expect(() => evaluate('poolGrad', [x, x], { ...attrs, kind: 'max' })).toThrow('expected `dy` of shape [1, 2, 2, 1]');
});
