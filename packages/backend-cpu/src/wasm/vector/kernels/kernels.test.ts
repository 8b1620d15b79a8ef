import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../../cpu.ts';

await useBackend(cpu({ prefer: ['wasm'] }));

/** Whole numbers from −3 to 4, so that sums are exact. */
const whole = (shape: number[], step: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => ((i * step) % 8) - 3),
    shape,
  );

const flat = (x: tf.Tensor): number[] => Array.from(x.dataSync());

/** The result by definition: operands repeated to the full shape first. */
function paired(a: tf.Tensor, b: tf.Tensor, pair: (x: number, y: number) => number): number[] {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const [left, right] = [a, b].map((x) => flat(tf.broadcastTo(x, shape)));
  return left!.map((x, i) => pair(x, right![i]!));
}

const shapes: [number[], number[]][] = [
  [[], []],
  [[7], []],
  [[], [5]],
  [
    [3, 5],
    [3, 5],
  ],
  [[3, 5], [5]],
  [[5], [3, 5]],
  [
    [4, 6],
    [4, 1],
  ],
  [
    [4, 1],
    [4, 6],
  ],
  [
    [4, 1],
    [1, 6],
  ],
  [
    [2, 3, 4],
    [3, 4],
  ],
  [
    [2, 1, 3, 1],
    [2, 5, 3, 1],
  ],
  [
    [2, 3, 4],
    [2, 1, 4],
  ],
  [
    [1, 130],
    [67, 1],
  ],
];

describe('pairs of elements', () => {
  it.each(shapes)('%j with %j', (aShape, bShape) => {
    tf.tidy(() => {
      const [a, b] = [whole(aShape, 3), whole(bShape, 5)];
      expect(flat(tf.add(a, b))).toEqual(paired(a, b, (x, y) => x + y));
      expect(flat(tf.sub(a, b))).toEqual(paired(a, b, (x, y) => x - y));
      expect(flat(tf.maximum(a, b))).toEqual(paired(a, b, Math.max));
      expect(flat(tf.greaterEqual(a, b))).toEqual(paired(a, b, (x, y) => Number(x >= y)));
      expect(flat(tf.notEqual(a, b))).toEqual(paired(a, b, (x, y) => Number(x !== y)));
    });
  });

  it('writes nothing beyond the result', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3, 4, 5]);
      const results = Array.from({ length: 40 }, (_, i) => tf.mul(x, i));
      for (const [i, result] of results.entries()) expect(flat(result)).toEqual([i, 2 * i, 3 * i, 4 * i, 5 * i]);
    });
  });
});

describe('sums', () => {
  it.each([
    [[1], undefined],
    [[5003], undefined],
    [[3, 17], 1],
    [[3, 17], 0],
    [[1000, 3], 0],
    [[301, 130], 0],
    [
      [2, 3, 4],
      [1, 2],
    ],
    [[2, 3, 4], 1],
    [
      [2, 3, 4],
      [0, 2],
    ],
    [
      [4, 9, 9, 6],
      [0, 1, 2],
    ],
  ] as const)('of %j along %j', (shape, axis) => {
    tf.tidy(() => {
      const x = whole([...shape], 3);
      const axes = axis === undefined ? shape.map((_, i) => i) : [axis].flat();
      const kept = shape.map((size, i) => (axes.includes(i) ? 1 : size));
      const expected = new Array<number>(tf.util.sizeFromShape(kept)).fill(0);
      const places = flat(tf.broadcastTo(tf.reshape(tf.range(0, expected.length), kept), [...shape]));
      for (const [i, value] of flat(x).entries()) expected[places[i]!]! += value;
      const sum = tf.sum(x, axis as number | number[], true);
      expect(sum.shape).toEqual(kept);
      expect(flat(sum)).toEqual(expected);
      expect(flat(tf.sum(x, axis as number | number[]))).toEqual(expected);
      const count = x.size / expected.length;
      expect(flat(tf.mean(x, axis as number | number[]))).toEqual(expected.map((value) => Math.fround(value / count)));
    });
  });
});

describe('other kernels', () => {
  it('selects, casts and combines bools, whatever the length', () => {
    for (const length of [1, 3, 4, 7, 64])
      tf.tidy(() => {
        const x = whole([length], 3);
        const isUp = tf.greater(x, 0);
        expect(flat(tf.where(isUp, x, tf.sub(0, x)))).toEqual(flat(x).map(Math.abs));
        expect(flat(tf.cast(isUp, 'float32'))).toEqual(flat(x).map((value) => Number(value > 0)));
        expect(flat(tf.cast(tf.cast(x, 'int32'), 'float32'))).toEqual(flat(x));
        const isOdd = tf.equal(tf.abs(tf.mod(x, 2)), 1);
        expect(flat(tf.logicalAnd(isUp, isOdd))).toEqual(flat(x).map((v) => Number(v > 0 && v % 2 !== 0)));
        expect(flat(tf.logicalOr(isUp, isOdd))).toEqual(flat(x).map((v) => Number(v > 0 || v % 2 !== 0)));
      });
  });

  it('copies share memory, and outlive what they are copies of', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const copy = tf.clone(x);
      expect(copy.dataId).toBe(x.dataId);
      x.dispose();
      tf.tensor1d([7, 7, 7]);
      expect(flat(copy)).toEqual([1, 2, 3]);
    });
  });

  it('the gradient of max-pooling goes to the first of equals, also of NaN, and adds up where windows overlap', () => {
    tf.tidy(() => {
      const values = [1, 5, 5, 2, 5, 0, Number.NaN, 1, Number.NaN];
      const x = tf.tensor4d(
        values.flatMap((value) => [value, -7, 0, value]),
        [1, 3, 3, 4],
      );
      const dy = tf.tensor4d(
        Array.from({ length: 16 }, (_, i) => i + 1),
        [1, 2, 2, 4],
      );
      const dx = tf.engine().runKernel(
        'MaxPoolGrad',
        { dy, input: x, output: dy },
        {
          filterSize: 2,
          strides: 1,
          pad: 'valid',
        },
      ) as tf.Tensor;
      const byChannel = [0, 1].map((channel) => flat(dx).filter((_, i) => i % 4 === channel));
      expect(byChannel).toEqual([
        [0, 1 + 5, 0, 0, 0, 0, 9, 0, 13],
        [2, 6, 0, 10, 14, 0, 0, 0, 0],
      ]);
    });
  });
});
