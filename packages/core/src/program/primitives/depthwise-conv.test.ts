import { beforeAll, expect, test } from 'vitest';
import { conv2dGeometry } from '../../kernels/conv-geometry.ts';
import { startJsBackend } from '../../testing/js-backend.ts';
import { evaluate, float32, floats, flopsOf, innerProduct, jsKernel, wholes } from '../../testing/primitive-check.ts';

beforeAll(async () => {
  await startJsBackend();
});

test('each channel has its own filters', () => {
  // two channels, two filters each, window 1 × 2
  const x = float32([1, 1, 2, 2], [1, 2, 3, 4]);
  const w = float32([1, 2, 2, 2], [1, 10, 1, 100, 1, 0, 0, 1]);
  const attrs = {
    strides: [1, 1],
    dilations: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  // channel 0: 1 · 1 + 3 · 1, 1 · 10 + 3 · 0; channel 1: 2 · 1 + 4 · 0, 2 · 100 + 4 · 1
  expect(evaluate('depthwiseConv', [x, w], attrs)).toEqual([float32([1, 1, 1, 4], [4, 10, 2, 204])]);
  expect(flopsOf('depthwiseConv', [x.type, w.type], attrs)).toBe(2 * 2 * 4);
});

const cases = [
  { x: [1, 3, 3, 1], w: [2, 2, 1, 1], strides: [1, 1], pad: 'valid' },
  { x: [2, 7, 7, 3], w: [3, 2, 3, 1], strides: [1, 1], pad: 'same' },
  { x: [2, 8, 8, 3], w: [3, 3, 3, 4], strides: [2, 2], pad: 'same' },
  { x: [3, 8, 7, 5], w: [2, 3, 5, 2], strides: [3, 3], pad: 'valid' },
  {
    x: [1, 6, 7, 2],
    w: [3, 3, 2, 2],
    strides: [1, 1],
    pad: [
      [0, 0],
      [2, 1],
      [0, 2],
      [0, 0],
    ],
  },
] as const;

test.each(cases.map((c) => [JSON.stringify(c), c] as const))('bit-equal to the kernels of tfjs: %s', (_, c) => {
  const kernel = { strides: c.strides, pad: c.pad, dataFormat: 'NHWC', dilations: [1, 1] };
  const attrs = { strides: c.strides, dilations: [1, 1], pads: conv2dGeometry(c.x, c.w, kernel, true).padding };
  const [x, w] = [floats(c.x, 1), floats(c.w, 2)];
  const [y] = evaluate('depthwiseConv', [x, w], attrs);
  expect([y]).toEqual(jsKernel('DepthwiseConv2dNative', { x, filter: w }, kernel));
  const dy = floats(y!.type.shape, 3);
  expect(evaluate('depthwiseInputGrad', [dy, w], { ...attrs, inputShape: c.x })).toEqual(
    jsKernel('DepthwiseConv2dNativeBackpropInput', { dy, filter: w }, { ...kernel, inputShape: c.x }),
  );
  expect(evaluate('depthwiseFilterGrad', [x, dy], { ...attrs, filterShape: c.w })).toEqual(
    jsKernel('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { ...kernel, filterShape: c.w }),
  );
});

test('dilated windows too, forward', () => {
  const [x, w] = [floats([2, 9, 8, 3], 1), floats([3, 2, 3, 2], 2)];
  const kernel = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [2, 3] };
  const attrs = {
    strides: [1, 1],
    dilations: [2, 3],
    pads: conv2dGeometry(x.type.shape, w.type.shape, kernel, true).padding,
  };
  expect(evaluate('depthwiseConv', [x, w], attrs)).toEqual(jsKernel('DepthwiseConv2dNative', { x, filter: w }, kernel));
});

test('the gradients are those of the forward, dilated and with strides', () => {
  const attrs = {
    strides: [2, 1],
    dilations: [2, 3],
    pads: [
      [1, 0],
      [2, 3],
    ],
  };
  const [inputShape, filterShape] = [
    [2, 9, 8, 3],
    [3, 2, 3, 2],
  ];
  const [x, w] = [wholes(inputShape, -4, 5, 1), wholes(filterShape, -4, 5, 2)];
  const [y] = evaluate('depthwiseConv', [x, w], attrs);
  const dy = wholes(y!.type.shape, -4, 5, 3);
  const product = innerProduct(y!, dy);
  expect(product).not.toBe(0);
  expect(innerProduct(x, evaluate('depthwiseInputGrad', [dy, w], { ...attrs, inputShape })[0]!)).toBe(product);
  expect(innerProduct(w, evaluate('depthwiseFilterGrad', [x, dy], { ...attrs, filterShape })[0]!)).toBe(product);
});

test('what does not fit is refused by name', () => {
  const attrs = {
    strides: [1, 1],
    dilations: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  expect(() => evaluate('depthwiseConv', [floats([1, 4, 4, 3]), floats([3, 3, 2, 1])], attrs)).toThrow(
    'depthwiseConv: the filter [3, 3, 2, 1] is for 2 channels, the input [1, 4, 4, 3] has 3.',
  );
  expect(() => evaluate('depthwiseConv', [floats([1, 4, 3]), floats([3, 3, 1])], attrs)).toThrow(
    'depthwiseConv: expected images [batch, height, width, channels], received [1, 4, 3].',
  );
});
