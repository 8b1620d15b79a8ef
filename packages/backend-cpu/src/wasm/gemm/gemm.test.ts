import { useBackend } from '@capas/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { cpu } from '../../cpu.ts';
import type { WasmBackend } from '../wasm-backend.ts';
import { makeGemm } from './gemm.ts';
import { gemmModule } from './gemm-module.ts';

await useBackend(cpu({ prefer: ['wasm'] }));
const { wasm } = tf.backend() as WasmBackend;

describe('the matrix product of our own', () => {
  it('is what WASM uses where there are no threads', () => {
    expect(makeGemm(wasm)).toBeDefined();
  });

  it('is valid code without relaxed SIMD', () => {
    expect(WebAssembly.validate(gemmModule(false))).toBe(true);
  });

  it('steps aside where the memory is shared or hidden', () => {
    expect(makeGemm({ ...wasm, asm: undefined } as never)).toBeUndefined();
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    expect(makeGemm({ ...wasm, HEAPU8: new Uint8Array(memory.buffer), asm: { memory } } as never)).toBeUndefined();
  });

  it('is right for every size of tile and every transposition', () => {
    for (const m of [1, 2, 3, 5, 6, 7, 13])
      for (const n of [1, 4, 7, 8, 9, 17])
        for (const k of [1, 2, 9])
          for (const [transposeA, transposeB] of [
            [false, false],
            [true, false],
            [false, true],
            [true, true],
          ] as const) {
            const a = Float32Array.from({ length: m * k }, (_, i) => (i % 7) - 3);
            const b = Float32Array.from({ length: k * n }, (_, i) => (i % 5) - 2);
            const product = tf.tidy(() =>
              tf
                .matMul(
                  tf.tensor2d(a, transposeA ? [k, m] : [m, k]),
                  tf.tensor2d(b, transposeB ? [n, k] : [k, n]),
                  transposeA,
                  transposeB,
                )
                .dataSync(),
            );
            const expected = Float32Array.from({ length: m * n }, (_, at) => {
              const [row, column] = [Math.floor(at / n), at % n];
              let sum = 0;
              for (let i = 0; i < k; i++)
                sum += a[transposeA ? i * m + row : row * k + i]! * b[transposeB ? column * k + i : i * n + column]!;
              return sum;
            });
            expect(product).toEqual(expected); // whole numbers: exact
          }
  });
});
