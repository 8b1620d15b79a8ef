import { broadcastShapes } from '../../../tensor/shape.ts';
import type { ConformanceCase } from '../conformance-case.ts';
import { at, build, type HostTensor, ints, randomFloats, randomInts } from '../host-tensor.ts';

const settings: readonly (readonly [name: string, a: readonly number[], b: readonly number[], boolean, boolean])[] = [
  ['plain', [5, 7], [7, 3], false, false],
  ['transposeA', [7, 5], [7, 3], true, false],
  ['transposeB', [5, 7], [3, 7], false, true],
  ['both transposed', [7, 5], [3, 7], true, true],
  ['batch', [4, 5, 6], [4, 6, 3], false, false],
  ['batch, transposeA', [4, 6, 5], [4, 6, 3], true, false],
  ['batch, transposeB', [2, 3, 5, 6], [2, 3, 4, 6], false, true],
  ['batch of a only', [4, 5, 6], [1, 6, 3], false, false],
  ['batch of a only, no axis in b', [2, 4, 5, 6], [6, 3], false, false],
  ['batch of b only', [5, 6], [4, 6, 3], false, false],
  ['batches broadcast against each other', [2, 1, 3, 4], [1, 3, 4, 2], false, false],
  ['batch of a only, transposeA', [4, 6, 5], [6, 3], true, false],
  ['vectors', [1, 9], [9, 1], false, false],
  ['outer product', [6, 1], [1, 5], false, false],
  ['odd and larger than a tile', [35, 67], [67, 41], false, false],
  ['odd and larger than a tile, transposeA', [67, 35], [67, 41], true, false],
  ['odd and larger than a tile, transposeB', [35, 67], [41, 67], false, true],
  ['no rows', [0, 4], [4, 3], false, false],
  ['no columns', [2, 4], [4, 0], false, false],
  ['nothing to sum', [2, 0], [0, 3], false, false],
  ['no batches', [0, 2, 3], [0, 3, 4], false, false],
];

/** `op(a) · op(b)` by the definition. */
export function matMulReference(
  a: HostTensor,
  b: HostTensor,
  transposeA: boolean,
  transposeB: boolean,
  finish: (sum: number, column: number) => number = (sum) => sum,
): HostTensor {
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2)) as number[];
  const [m, k] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const n = transposeB ? b.shape.at(-2)! : b.shape.at(-1)!;
  // The matrix axes must not broadcast: `at` reads axes of size 1 anywhere, which is right here only for the batch.
  return build(
    [...batch, m, n],
    (index) => {
      const [row, column] = index.slice(-2) as [number, number];
      const outer = index.slice(0, -2);
      let sum = 0;
      for (let i = 0; i < k; i++)
        sum +=
          at(a, [...outer, ...(transposeA ? [i, row] : [row, i])]) *
          at(b, [...outer, ...(transposeB ? [column, i] : [i, column])]);
      return finish(sum, column);
    },
    a.dtype,
  );
}

/** `BatchMatMul`. */
export const batchMatMulCases: readonly ConformanceCase[] = [
  ...settings.map(([name, aShape, bShape, transposeA, transposeB]) => {
    const a = randomFloats(aShape, 1);
    const b = randomFloats(bShape, 2);
    const expected = matMulReference(a, b, transposeA, transposeB);
    return { kernel: 'BatchMatMul', name, inputs: { a, b }, attrs: { transposeA, transposeB }, expected };
  }),
  ...([false, true] as const).map((transposeB) => {
    const a = randomInts([2, 3, 4], 1, -50, 50);
    const b = randomInts(transposeB ? [5, 4] : [4, 5], 2, -50, 50);
    const expected = matMulReference(a, b, false, transposeB);
    const name = transposeB ? 'int32, transposeB' : 'int32';
    return { kernel: 'BatchMatMul', name, inputs: { a, b }, attrs: { transposeA: false, transposeB }, expected };
  }),
  {
    kernel: 'BatchMatMul',
    name: 'int32 beyond the exact range of float32',
    inputs: { a: ints([1, 2], [16_777_217, 1]), b: ints([2, 1], [3, 5]) },
    attrs: { transposeA: false, transposeB: false },
    expected: ints([1, 1], [50_331_656]),
  },
];
