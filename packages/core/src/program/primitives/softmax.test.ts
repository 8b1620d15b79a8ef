import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import { evaluate, float32, floats, flopsOf, jsKernel } from '../../testing/primitive-check.ts';
import type { HostValue } from '../primitive.ts';

beforeAll(async () => {
  await startJsBackend();
});

test('equal elements share alike, whatever their size', () => {
  const x = float32([2, 2], [0, 0, 1000, 1000]);
  expect(evaluate('softmax', [x])).toEqual([float32([2, 2], [0.5, 0.5, 0.5, 0.5])]);
  const half = Math.log(0.5);
  expect(evaluate('logSoftmax', [x])).toEqual([float32([2, 2], [half, half, half, half])]);
  expect(flopsOf('softmax', [x.type])).toBe(16);
  expect(flopsOf('logSoftmax', [x.type])).toBe(18);
});

const inputs: HostValue[] = [
  floats([1]),
  floats([10]),
  floats([7, 100]),
  floats([2, 3, 5]),
  floats([0, 4]),
  float32([2, 3], [200, -200, 0, -1e30, 1e30, 1e38]),
  float32([3, 2], [Number.NaN, 1, 1, Infinity, -Infinity, -Infinity]),
  float32([1, 3], [-Infinity, 0, 1]),
];

test.each(inputs.map((x) => [JSON.stringify(x.type.shape), x] as const))('bit-equal to tfjs: %s', (_, x) => {
  const dim = x.type.shape.length - 1;
  expect(evaluate('softmax', [x])).toEqual(jsKernel('Softmax', { logits: x }, { dim }));
  const expected = tf.tidy(() => {
    const logits = tf.tensor(x.data, [...x.type.shape], 'float32');
    // the formula of tf.logSoftmax
    const shifted = tf.sub(logits, tf.max(logits, dim, true));
    return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), dim, true))).dataSync<'float32'>();
  });
  expect(evaluate('logSoftmax', [x])[0]!.data).toEqual(expected);
});

test('a scalar has no axis to go along', () => {
  expect(() => evaluate('softmax', [float32([], [1])])).toThrow('softmax: expected at least one axis');
});
