import { ADAM_KERNEL, adamUpdate, ops, scope, useBackend, Variable, valueAndGradients } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../../cpu.ts';

await useBackend(cpu({ prefer: ['wasm'] }));
const kernel = tf.getKernel(ADAM_KERNEL, 'wasm')!;
const factors = { meanShare: 1 - 0.9, squareShare: 1 - 0.999, epsilon: 1e-7 };

/** The new values, by our kernel and by separate ones. */
function bothWays(gradientOf: (table: Variable) => tf.Tensor, shape: number[]): Float32Array[][] {
  return scope(() => {
    using table = new Variable({ name: 'table', shape, initializer: () => tf.randomNormal(shape, 0, 1, 'float32', 1) });
    const gradient = gradientOf(table);
    const [mean, square] = [tf.randomNormal(shape, 0, 1, 'float32', 2), tf.randomUniform(shape, 0, 1, 'float32', 3)];
    const inputs = { value: table.value, mean, square, gradient, alpha: tf.scalar(0.01) };
    const fast = adamUpdate(inputs, factors).map((x) => x.dataSync() as Float32Array);
    tf.unregisterKernel(ADAM_KERNEL, 'wasm');
    try {
      return [fast, adamUpdate(inputs, factors).map((x) => x.dataSync() as Float32Array)];
    } finally {
      tf.registerKernel(kernel);
    }
  });
}

describe('a step of Adam', () => {
  it.each([[[]], [[3]], [[5, 7]], [[64, 129]]])('gives the bits of separate kernels: %j', (shape) => {
    const [fast, slow] = bothWays(() => tf.randomNormal(shape, 0, 1, 'float32', 4), shape);
    expect(fast).toEqual(slow);
  });

  it('squares the gradient of a table look-up part by part', () => {
    const ids = [4, 0, 4, 2, 4, 9];
    const gradientOf = (table: Variable): tf.Tensor =>
      valueAndGradients(() => {
        const rows = ops.take(table.value, ids, { axis: 0 });
        return ops.sum(ops.multiply(ops.multiply(rows, rows), ops.reshape(ops.arange(6), [6, 1])));
      }, [table]).gradients[0]!;
    const [fast, slow] = bothWays(gradientOf, [10, 5]);
    expect(fast).toEqual(slow);
    const [plain] = bothWays((table) => tf.clone(gradientOf(table)), [10, 5]);
    expect(fast).not.toEqual(plain);
  });

  it('writes over the old values if it may, unless somebody shares them', () => {
    scope(() => {
      const make = (): tf.Tensor => tf.fill([8], 0.5);
      const inputs = { value: make(), mean: make(), square: make(), gradient: tf.ones([8]), alpha: tf.scalar(0.1) };
      const [expected] = adamUpdate(inputs, factors).map((x) => x.dataSync());
      const copy = tf.clone(inputs.value);
      const [value, mean] = adamUpdate(inputs, { ...factors, inPlace: true });
      expect(value!.dataSync()).toEqual(expected);
      expect(copy.dataSync()).toEqual(new Float32Array(8).fill(0.5));
      expect(inputs.value.dataSync()).toEqual(copy.dataSync());
      expect(inputs.mean.dataSync()).toEqual(mean!.dataSync());
      expect(mean!.dataSync()).not.toEqual(copy.dataSync());
    });
  });
});
