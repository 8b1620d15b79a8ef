import { beforeAll, expect, test } from 'vitest';
import { normal } from '../random/random-ops.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { gradientDifferences } from '../testing/gradient-checker.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as ops from './index.ts';

beforeAll(startJsBackend);

const random = (seed: number, ...shape: number[]) => normal(shape, { seed });

function expectEqual(a: Tensor, b: Tensor): void {
  expect(a.shape).toEqual(b.shape);
  expect(ops.max(ops.absolute(ops.subtract(a, b))).dataSync()[0]).toBeLessThan(1e-5);
}

test('a convolution worked out by hand', () => {
  scope(() => {
    // [1, 2, 4] with kernel [3, −1]: 3 − 2, 6 − 4; dilated by 2: 3 − 4
    const x = ops.reshape([1, 2, 4], [1, 3, 1]);
    const kernel = ops.reshape([3, -1], [2, 1, 1]);
    expect([...ops.conv(x, kernel).dataSync()]).toEqual([1, 2]);
    expect([...ops.conv(x, kernel, { dilationRate: 2 }).dataSync()]).toEqual([-1]);
    expect([...ops.conv(x, kernel, { padding: 'same' }).dataSync()]).toEqual([1, 2, 12]);
    expect([...ops.conv(x, kernel, { padding: 'causal' }).dataSync()]).toEqual([-1, 1, 2]);
  });
});

test.each([1, 2, 3])('over %d spatial axes, channels may come first', (n) => {
  scope(() => {
    const x = random(1, 2, ...new Array<number>(n).fill(5), 3);
    const kernel = random(2, ...new Array<number>(n).fill(2), 3, 4);
    const order = [0, n + 1, ...Array.from({ length: n }, (_, i) => i + 1)];
    for (const padding of ['same', 'valid'] as const) {
      const first = ops.conv(ops.transpose(x, { axes: order }), kernel, {
        padding,
        strides: 2,
        dataFormat: 'channels_first',
      });
      expectEqual(first, ops.transpose(ops.conv(x, kernel, { padding, strides: 2 }), { axes: order }));
    }
  });
});

test('groups are convolutions of their own', () => {
  scope(() => {
    const x = random(1, 2, 5, 5, 4);
    const kernel = random(2, 3, 3, 2, 6);
    const [a, b] = ops.split(x, 2, { axis: -1 }) as [Tensor, Tensor];
    const [k, l] = ops.split(kernel, 2, { axis: -1 }) as [Tensor, Tensor];
    expectEqual(ops.conv(x, kernel), ops.concatenate([ops.conv(a, k), ops.conv(b, l)], { axis: -1 }));
  });
});

test.each([
  [[4], [2]],
  [
    [5, 4],
    [2, 3],
  ],
  [
    [4, 3, 3],
    [2, 2, 2],
  ],
])('a dilated kernel is one with zeros in between: %j', (size, window) => {
  scope(() => {
    const x = random(1, 1, ...size, 2);
    const kernel = random(2, ...window, 2, 3);
    const dense = window.reduce<Tensor>((k, n, axis) => {
      const zero = ops.zerosLike(k);
      const shape = [...k.shape];
      shape[axis] = 2 * n;
      return ops.slice(
        ops.reshape(ops.stack([k, zero], { axis: axis + 1 }), shape),
        shape.map(() => 0),
        shape.map((dim, i) => (i === axis ? dim - 1 : dim)),
      );
    }, kernel);
    for (const strides of [1, 2]) {
      const dilated = ops.conv(x, kernel, { dilationRate: 2, padding: 'same', strides });
      expectEqual(dilated, ops.conv(x, dense, { padding: 'same', strides }));
    }
  });
});

test.each([
  [[6], [3]],
  [
    [6, 4],
    [2, 3],
  ],
  [
    [4, 4, 2],
    [2, 2, 1],
  ],
])('the transposed convolution is the adjoint of the convolution: %j', (size, window) => {
  scope(() => {
    for (const padding of ['same', 'valid'] as const) {
      const kernel = random(2, ...window, 2, 3);
      const x = random(1, 1, ...size, 2);
      const y = ops.conv(x, kernel, { strides: 2, padding });
      const z = random(3, ...y.shape);
      const back = ops.convTranspose(z, kernel, { strides: 2, padding });
      const whole = ops.pad(
        back,
        back.shape.map((dim, i): [number, number] => [0, Math.max(0, x.shape[i]! - dim)]),
      );
      const left = ops.sum(ops.multiply(y, z)).dataSync()[0]!;
      const right = ops
        .sum(
          ops.multiply(
            x,
            ops.slice(
              whole,
              x.shape.map(() => 0),
              x.shape,
            ),
          ),
        )
        .dataSync()[0]!;
      expect(Math.abs(left - right)).toBeLessThan(1e-4);
    }
  });
});

test('output padding lengthens the result at its end', () => {
  scope(() => {
    const x = random(1, 1, 3, 1);
    const kernel = random(2, 3, 1, 1);
    const plain = ops.convTranspose(x, kernel, { strides: 2 });
    const longer = ops.convTranspose(x, kernel, { strides: 2, outputPadding: 1 });
    expect([plain.shape[1], longer.shape[1]]).toEqual([7, 8]);
    expectEqual(ops.slice(longer, [0, 0, 0], [1, 7, 1]), plain);
  });
});

const wave = (...shape: number[]) => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(2.1 * i + 1)),
});

test.each<[string, number[], number[], (x: Tensor, k: Tensor) => Tensor]>([
  ['1D causal', [1, 4, 2], [2, 2, 1], (x, k) => ops.conv(x, k, { padding: 'causal', dilationRate: 2 })],
  ['2D strided', [1, 3, 4, 1], [2, 2, 1, 2], (x, k) => ops.conv(x, k, { strides: [2, 1], padding: 'same' })],
  ['3D dilated', [1, 3, 3, 2, 1], [2, 2, 1, 1, 1], (x, k) => ops.conv(x, k, { dilationRate: 2 })],
  ['1D transposed', [1, 3, 2], [3, 1, 2], (x, k) => ops.convTranspose(x, k, { strides: 2, padding: 'same' })],
  ['2D transposed, dilated', [1, 2, 2, 1], [2, 2, 1, 1], (x, k) => ops.convTranspose(x, k, { dilationRate: 2 })],
  ['3D transposed', [1, 2, 2, 1, 1], [2, 2, 2, 1, 1], (x, k) => ops.convTranspose(x, k, { strides: 2 })],
  ['depthwise, dilated', [1, 4, 4, 2], [2, 2, 2, 1], (x, k) => ops.depthwiseConv(x, k, { dilationRate: 2 })],
  ['depthwise 1D', [1, 4, 2], [2, 2, 2], (x, k) => ops.depthwiseConv(x, k, { padding: 'causal' })],
])('gradients: %s', (_, x, kernel, run) => {
  expect(gradientDifferences({ inputs: [wave(...x), wave(...kernel)], run: (a, b) => run(a!, b!) })).toEqual([]);
});

test('what does not fit is named', () => {
  scope(() => {
    const x = random(1, 1, 4, 4, 3);
    expect(() => ops.conv(x, random(2, 2, 2, 2, 4))).toThrow(
      'ops.conv: an input with 3 channels does not fit a kernel [2, 2, 2, 4] ([…size, channels / groups, filters]).',
    );
    expect(() => ops.conv(x, random(2, 2, 2, 3, 4), { padding: 'causal' })).toThrow(
      "ops.conv: `padding` must be one of 'valid', 'same'. Received: 'causal'.",
    );
    expect(() => ops.conv(x, random(2, 2, 2, 3, 4), { strides: [1, 2, 3] })).toThrow(
      'ops.conv: `strides` must be an integer of at least 1, or 2 of them. Received: [1, 2, 3].',
    );
    expect(() => ops.maxPool(x, 0)).toThrow('ops.maxPool: `poolSize` must be');
    expect(() => ops.conv(random(1, 4, 3), random(2, 2, 3))).toThrow(
      'ops.conv: the input must have 1, 2 or 3 spatial axes',
    );
    expect(() => ops.conv(x, random(2, 2, 2, 3, 4), { dataFormat: 'last' as 'channelsLast' })).toThrow('dataFormat');
  });
});

test('windows in a volume start at its first element, also where strides leave some out', () => {
  scope(() => {
    // 0 … 215 as a cube of 6; with strides of 3 the windows start at 0 and 3 on each axis
    const x = ops.reshape(ops.arange(216, { dtype: 'float32' }), [1, 6, 6, 6, 1]);
    const corners = [0, 3, 18, 21, 108, 111, 126, 129];
    const one = ops.ones([1, 1, 1, 1, 1]);
    expect([...ops.conv(x, one, { strides: 3, padding: 'same' }).dataSync()]).toEqual(corners);
    expect([...ops.maxPool(x, 1, { strides: 3, padding: 'same' }).dataSync()]).toEqual(corners);
    expect([...ops.averagePool(x, 1, { strides: 3, padding: 'same' }).dataSync()]).toEqual(corners);
  });
});
