import { type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Block, Space, Values } from '../kernels/space.ts';
import { multiplyPlain } from '../kernels/transpose.ts';

/** What we use of tfjs's JavaScript backend. */
export interface JsBackend extends KernelBackend {
  readonly data: { get(dataId: object): { values: Values } };
  makeTensorInfo(shape: number[], dtype: string, values: Values): TensorInfo;
}

/** Kernels written for a {@link Space}, on JavaScript arrays. */
export const jsSpace = (backend: JsBackend): Space => ({
  of: (tensor) => arrayBlock(floatsOf(backend.data.get(tensor.dataId).values)),
  array: (tensor) => backend.data.get(tensor.dataId).values,
  output: (shape, dtype = 'float32') => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const values = util.makeZerosTypedArray(size, dtype as 'float32');
    return backend.makeTensorInfo([...shape], dtype, values);
  },
  allocate,
  multiply: (a, b, out, m, k, n, transposes = {}) =>
    multiplyPlain({ allocate }, [a, b], [m, k, n], transposes, (plainA, plainB) =>
      multiplyMatrices(plainA.view(), plainB.view(), out.view(), m, k, n),
    ),
});

const allocate = (length: number): Block => arrayBlock(new Float32Array(length));

const floatsOf = (values: Values): Float32Array =>
  values instanceof Float32Array ? values : Float32Array.from(values);

const arrayBlock = (values: Float32Array): Block => ({
  length: values.length,
  view: () => values,
  part: (offset, length) => arrayBlock(values.subarray(offset, offset + length)),
  free: () => {},
});

/** Row by row, four rows of `b` at a time, summed in float64. */
function multiplyMatrices(a: Float32Array, b: Float32Array, out: Float32Array, m: number, k: number, n: number): void {
  const sums = new Float64Array(n);
  for (let row = 0; row < m; row++) {
    sums.fill(0);
    let i = 0;
    for (let at = row * k; i + 4 <= k; i += 4) {
      const a0 = a[at + i]!;
      const a1 = a[at + i + 1]!;
      const a2 = a[at + i + 2]!;
      const a3 = a[at + i + 3]!;
      const b0 = i * n;
      const b1 = b0 + n;
      const b2 = b1 + n;
      const b3 = b2 + n;
      for (let j = 0; j < n; j++)
        sums[j] = sums[j]! + a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!;
    }
    for (; i < k; i++) {
      const value = a[row * k + i]!;
      for (let j = 0, from = i * n; j < n; j++) sums[j] = sums[j]! + value * b[from + j]!;
    }
    out.set(sums, row * n);
  }
}
