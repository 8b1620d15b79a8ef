import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../src/index.ts';
import { multiplyTensors } from '../src/kernels/batch-mat-mul.ts';
import { conv2dBackpropFilter } from '../src/kernels/conv2d-backprop-filter.ts';
import { makeGemm } from '../src/wasm/gemm/gemm.ts';
import type { WasmBackend } from '../src/wasm/wasm-backend.ts';
import { wasmSpace } from '../src/wasm/wasm-space.ts';

await useBackend(cpu({ prefer: ['wasm'] }));
const backend = tf.backend() as WasmBackend;
const withOurs = wasmSpace(backend, makeGemm(backend.wasm));
const withXnnpack = wasmSpace(backend, undefined);

const values = (info: tf.TensorInfo | tf.TensorInfo[]): number[] =>
  Array.from(backend.readSync((info as tf.TensorInfo).dataId));

const whole = (shape: number[], modulus: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % modulus) - 2),
    shape,
  );

/** Where WASM has threads or no SIMD, products go through XNNPACK: they must be the same. */
describe('without a matrix product of our own', () => {
  it('products are the same', () => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const a = whole(transposeA ? [3, 9, 7] : [3, 7, 9], 7);
      const b = whole(transposeB ? [3, 10, 9] : [3, 9, 10], 5);
      const [ours, theirs] = [withOurs, withXnnpack].map((space) =>
        values(multiplyTensors(space, a, b, { transposeA, transposeB })),
      );
      expect(theirs).toEqual(ours);
    }
  });

  it('a product sees that the memory of its weights changed', () => {
    const a = tf.tensor2d([[1, 2]]);
    const b = tf.tensor2d([[1], [1]]);
    expect(values(multiplyTensors(withXnnpack, a, b, {}))).toEqual([3]);
    backend.typedArrayFromHeap(b).set([10, 100]);
    expect(values(multiplyTensors(withXnnpack, a, b, {}))).toEqual([210]);
  });

  it('filter gradients are the same', () => {
    const inputs = { x: whole([3, 7, 8, 5], 7), dy: whole([3, 7, 8, 9], 5) };
    const attrs = { strides: 1, pad: 'same', filterShape: [3, 3, 5, 9] };
    const stock = (): never => {
      throw new Error('not asked for');
    };
    const [ours, theirs] = [withOurs, withXnnpack].map((space) =>
      values(conv2dBackpropFilter.run({ space, inputs, attrs, stock })),
    );
    expect(theirs).toEqual(ours);
  });
});
