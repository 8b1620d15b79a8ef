import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '../src/index.ts';
import type { WasmBackend } from '../src/wasm/wasm-backend.ts';

describe('the WASM heap', () => {
  beforeAll(async () => {
    await useBackend(cpu({ prefer: ['wasm'] }));
  });

  const wasm = (): WasmBackend => tf.backend() as WasmBackend;
  const run = (kernel: string, inputs: object, attrs: object): tf.Tensor =>
    tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as tf.Tensor;

  /** What a training step does: products in all orders, convolutions and pooling forth and back, segment sums. */
  const step = (): void =>
    tf.tidy(() => {
      const x = tf.ones([8, 12, 12, 4]);
      const filter = tf.ones([3, 3, 4, 8]);
      const conv = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1 };
      const y = run('Conv2D', { x, filter }, conv);
      run('Conv2DBackpropFilter', { x, dy: y }, { ...conv, filterShape: filter.shape });
      run('Conv2DBackpropInput', { dy: y, filter }, { ...conv, inputShape: x.shape });
      const depthwise = tf.ones([3, 3, 4, 1]);
      run('DepthwiseConv2dNative', { x, filter: depthwise }, conv);
      const pool = { filterSize: 2, strides: 2, pad: 'valid' };
      const pooled = run('MaxPool', { x: y }, pool);
      run('MaxPoolGrad', { dy: pooled, input: y, output: pooled }, pool);
      const a = tf.ones([2, 16, 8]);
      run('BatchMatMul', { a, b: a }, { transposeA: true, transposeB: false });
      run('BatchMatMul', { a, b: a }, { transposeA: false, transposeB: true });
      run('UnsortedSegmentSum', { x: tf.ones([9, 4]), segmentIds: tf.zeros([9], 'int32') }, { numSegments: 50 });
      run('Einsum', [a, a], { equation: 'bij,bkj->bik' });
    });

  it('stays the same over thousands of steps', () => {
    for (let i = 0; i < 20; i++) step();
    const tensors = tf.memory().numTensors;
    const dataIds = wasm().numDataIds();
    const bytes = wasm().wasm.HEAPU8.length;
    for (let i = 0; i < 3000; i++) step();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(wasm().numDataIds()).toBe(dataIds);
    expect(wasm().wasm.HEAPU8.length).toBe(bytes);
  }, 60_000);

  it('may move while a kernel runs', () => {
    // Larger than what is free: the heap grows within the product, under the arrays that the kernel reads from.
    const size = Math.ceil(Math.sqrt(wasm().wasm.HEAPU8.length / 4 / 2));
    tf.tidy(() => {
      const a = tf.fill([size, size], 2) as tf.Tensor2D;
      const product = tf.matMul(a, tf.ones([size, 2]) as tf.Tensor2D, true, false);
      expect(product.dataSync().every((value) => value === 2 * size)).toBe(true);
    });
  });

  it('says so when it is full', () => {
    expect(() => wasm().wasm._malloc(4_290_000_000)).toThrow('WebAssembly has no room for 4290000000 bytes more');
    expect(Array.from(tf.ones([2]).dataSync())).toEqual([1, 1]);
  });
});
