import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cpu } from '../src/index.ts';
import type { WasmBackend } from '../src/wasm/wasm-backend.ts';

/** XNNPACK packs weights and tfjs keeps the packed ones by tensor id: these would show stale ones. */
describe('weights that change', () => {
  beforeEach(async () => {
    await useBackend(cpu({ prefer: ['wasm'] }));
    tf.engine().startScope();
  });
  afterEach(() => tf.engine().endScope());

  const wasm = (): WasmBackend => tf.backend() as WasmBackend;
  const convolve = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
    tf.engine().runKernel('Conv2D', { x, filter }, { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 });

  it('are seen by a matrix product after their memory was written to', () => {
    const x = tf.tensor2d([[1, 2]]);
    const weights = tf.tensor2d([[1], [1]]);
    expect(Array.from(tf.matMul(x, weights).dataSync())).toEqual([3]);
    wasm().typedArrayFromHeap(weights).set([10, 100]);
    expect(Array.from(tf.matMul(x, weights).dataSync())).toEqual([210]);
  });

  it('are seen by a convolution after their memory was written to', () => {
    const x = tf.ones([1, 2, 2, 1]);
    const filter = tf.ones([2, 2, 1, 1]);
    expect(Array.from(convolve(x, filter).dataSync())).toEqual([4]);
    wasm().typedArrayFromHeap(filter).set([1, 2, 3, 4]);
    expect(Array.from(convolve(x, filter).dataSync())).toEqual([10]);
  });

  it('are seen after their data moved to the same id again', () => {
    const x = tf.tensor2d([[1, 2]]);
    const weights = tf.tensor2d([[1], [1]]);
    tf.matMul(x, weights);
    const { dataId } = weights;
    wasm().disposeData(dataId, true);
    (wasm() as unknown as { move(...args: unknown[]): void }).move(dataId, Float32Array.of(5, 7), [2, 1], 'float32', 1);
    expect(Array.from(tf.matMul(x, weights).dataSync())).toEqual([19]);
  });

  it('may be used in two shapes', () => {
    const weights = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const turned = tf.reshape(weights, [3, 2]);
    expect(turned.dataId).toBe(weights.dataId);
    expect(Array.from(tf.matMul(tf.tensor2d([[1, 10]]), weights).dataSync())).toEqual([41, 52, 63]);
    expect(Array.from(tf.matMul(tf.tensor2d([[1, 10, 100]]), turned as tf.Tensor2D).dataSync())).toEqual([531, 642]);
  });

  it('train as in JavaScript, over 300 updates', async () => {
    const onWasm = train();
    await useBackend(cpu({ prefer: ['js'] }));
    const onJs = train();
    expect(onJs.at(-1)!).toBeLessThan(0.05 * onJs[0]!);
    for (const [step, loss] of onWasm.entries()) expect(loss).toBeCloseTo(onJs[step]!, 4);
  });
});

/** Fits a small network by hand-written gradient descent and returns the losses. */
function train(): number[] {
  const numbers = (shape: number[], phase: number): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(phase + 1.7 * i)),
      shape,
    );
  const x = numbers([16, 6], 1) as tf.Tensor2D;
  const target = tf.sin(tf.sum(x, 1, true)) as tf.Tensor2D;
  let hidden = tf.mul(numbers([6, 12], 2), 0.5) as tf.Tensor2D;
  let output = tf.mul(numbers([12, 1], 3), 0.5) as tf.Tensor2D;
  return Array.from({ length: 300 }, () => {
    const before = [hidden, output];
    const [loss, nextHidden, nextOutput] = tf.tidy(() => {
      const activation = tf.tanh(tf.matMul(x, hidden)) as tf.Tensor2D;
      const error = tf.sub(tf.matMul(activation, output), target) as tf.Tensor2D;
      const ofOutput = tf.matMul(activation, error, true, false);
      const back = tf.mul(tf.matMul(error, output, false, true), tf.sub(1, tf.square(activation))) as tf.Tensor2D;
      const ofHidden = tf.matMul(x, back, true, false);
      const update = (weights: tf.Tensor, gradient: tf.Tensor): tf.Tensor2D =>
        tf.sub(weights, tf.mul(gradient, 0.02)) as tf.Tensor2D;
      return [tf.sum(tf.square(error)), update(hidden, ofHidden), update(output, ofOutput)] as const;
    });
    [hidden, output] = [nextHidden, nextOutput];
    for (const tensor of before) tensor.dispose();
    const value = loss.dataSync()[0]!;
    loss.dispose();
    return value;
  });
}
