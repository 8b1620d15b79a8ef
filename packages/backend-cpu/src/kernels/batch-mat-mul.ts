import { broadcastShapes, ShapeError, showShape, sizeOf } from '@capas/core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Space, SpaceKernel, Transposes } from './space.ts';

/**
 * `op(a) · op(b)` over the last two axes, the others broadcast. Batches are taken one by one: tfjs's WASM kernel has a
 * fast path for a single product of plain matrices only.
 */
export const batchMatMul: SpaceKernel = {
  name: 'BatchMatMul',
  run: ({ space, inputs, attrs }) => multiplyTensors(space, inputs.a!, inputs.b!, attrs as unknown as Transposes),
};

/** As {@link batchMatMul}, for other kernels. */
export function multiplyTensors(space: Space, a: TensorInfo, b: TensorInfo, transposes: Transposes): TensorInfo {
  const { transposeA = false, transposeB = false } = transposes;
  const [m, k] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [kOfB, n] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!];
  if (k !== kOfB)
    throw new ShapeError(
      `matmul: the inner sizes of ${showShape(a.shape)}${transposeA ? 'ᵀ' : ''} and ` +
        `${showShape(b.shape)}${transposeB ? 'ᵀ' : ''} differ: ${k} and ${kOfB}.`,
    );
  const batchShape = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2)) as number[];
  const aBatches = batchOffsets(a.shape.slice(0, -2), batchShape);
  const bBatches = batchOffsets(b.shape.slice(0, -2), batchShape);
  const shape = [...batchShape, m, n];
  if (a.dtype === 'int32' && b.dtype === 'int32')
    return multiplyIntegers(space, a, b, shape, { transposeA, transposeB, aBatches, bBatches, m, k, n });
  const out = space.output(shape);
  if (sizeOf(shape) === 0) return out;
  const target = space.of(out);
  if (k === 0) {
    target.view().fill(0);
    return out;
  }
  const [left, right] = [space.of(a), space.of(b)];
  // One b for all batches of a in order: a single tall product.
  if (!transposeA && bBatches.every((batch) => batch === 0) && aBatches.every((batch, i) => batch === i)) {
    space.multiply(left, right, target, aBatches.length * m, k, n, { transposeB });
    return out;
  }
  for (let i = 0; i < aBatches.length; i++) {
    const aNow = left.part(aBatches[i]! * m * k, m * k);
    const bNow = right.part(bBatches[i]! * k * n, k * n);
    space.multiply(aNow, bNow, target.part(i * m * n, m * n), m, k, n, { transposeA, transposeB });
  }
  return out;
}

/** For each batch of the result, which batch of an operand it reads. */
function batchOffsets(shape: readonly number[], batchShape: readonly number[]): number[] {
  let offsets = [0];
  let stride = 1;
  const missing = batchShape.length - shape.length;
  for (let axis = batchShape.length - 1; axis >= 0; axis--) {
    const size = axis < missing ? 1 : shape[axis - missing]!;
    const step = size === 1 ? 0 : stride;
    offsets = Array.from({ length: batchShape[axis]! }, (_, i) => offsets.map((offset) => offset + i * step)).flat();
    stride *= size;
  }
  return offsets;
}

interface Geometry extends Required<Transposes> {
  readonly aBatches: readonly number[];
  readonly bBatches: readonly number[];
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Exact products modulo 2³², as int32 arithmetic has it. */
function multiplyIntegers(
  space: Space,
  a: TensorInfo,
  b: TensorInfo,
  shape: readonly number[],
  { transposeA, transposeB, aBatches, bBatches, m, k, n }: Geometry,
): TensorInfo {
  const out = space.output(shape, 'int32');
  const left = space.array(a);
  const right = space.array(b);
  const target = space.array(out);
  const [rowStep, aStep] = transposeA ? [1, m] : [k, 1];
  const [bStep, columnStep] = transposeB ? [1, k] : [n, 1];
  let to = 0;
  for (let batch = 0; batch < aBatches.length; batch++) {
    const aStart = aBatches[batch]! * m * k;
    const bStart = bBatches[batch]! * k * n;
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let i = 0; i < k; i++)
          sum =
            (sum +
              Math.imul(left[aStart + row * rowStep + i * aStep]!, right[bStart + i * bStep + column * columnStep]!)) |
            0;
        target[to++] = sum;
      }
    }
  }
  return out;
}
