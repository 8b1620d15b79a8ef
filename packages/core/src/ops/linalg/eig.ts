import * as tf from '@tensorflow/tfjs-core';
import { scope } from '../../tensor/scope.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { TensorLike } from '../../tensor/to-tensor.ts';
import { complexEigen } from './complex-eigen.ts';
import { squares } from './matrices.ts';

/**
 * The eigenvalues `[…, n]` and eigenvectors (columns, of length 1, `[…, n, n]`) of square matrices, both complex64, in no
 * particular order. The largest element of a vector is real. Of symmetric matrices {@link eigh} has real ones, and derivatives.
 *
 * Reads `x` back, and has no derivative.
 */
export function eig(x: TensorLike): [eigenvalues: Tensor, eigenvectors: Tensor] {
  return scope(() => {
    const { value, batch } = squares('eig', x);
    const [count, n] = value.shape as [number, number, number];
    const isComplex = value.dtype === 'complex64';
    const data = value.dataSync() as Float32Array;
    const part = (matrix: number, which: 0 | 1) =>
      Float64Array.from({ length: n * n }, (_, k) => {
        const at = matrix * n * n + k;
        return isComplex ? data[2 * at + which]! : which === 0 ? data[at]! : 0;
      });
    const found = Array.from({ length: count }, (_, i) => complexEigen({ re: part(i, 0), im: part(i, 1) }, n));
    const joined = (which: 'values' | 'vectors', shape: number[]): Tensor => {
      const side = (key: 're' | 'im') =>
        tf.tensor(Float32Array.from(found.flatMap((one) => [...one[which][key]])), shape);
      return tf.complex(side('re'), side('im'));
    };
    return [joined('values', [...batch, n]), joined('vectors', [...batch, n, n])];
  });
}
