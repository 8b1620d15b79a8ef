import { ShapeError, showShape } from '../../errors.ts';
import { type Shape, sizeOf } from '../../tensor/shape.ts';
import {
  allocate,
  definePrimitive,
  type Elements,
  type HostValue,
  type Primitive,
  requireDType,
} from '../primitive.ts';
import { broadcastStrides, transposed } from '../strided.ts';
import { applyEpilogue, epilogueFlops, epilogueType } from './epilogue.ts';

/**
 * `y[…, i, j] = Σ a[…, i, k] b[…, k, j]`: the matrix products over the last two axes, which `transposeA` and `transposeB`
 * exchange before. Both have the same rank; batch axes are equal or 1, and then broadcast.
 *
 * `epilogue` is an expression of the element of the product and of those of the extra inputs: see `epilogue.ts`.
 *
 * Bit-equal to the kernel `BatchMatMul` of ours on the js backend: sums in float64, in order. (That of tfjs rounds after each
 * 48 products, and broadcasts two batches of several axes wrongly, `[2, 1]` with `[1, 3]`; here NumPy's rule holds.)
 */
export const dot: Primitive = definePrimitive({
  name: 'dot',
  arity: [2, Number.POSITIVE_INFINITY],
  attributes: { transposeA: 'boolean', transposeB: 'boolean', epilogue: 'expression?' },
  infer: ([a, b, ...extras], attrs) => {
    requireDType('dot', 'a', a!, 'float32', 'int32');
    requireDType('dot', 'b', b!, a!.dtype);
    const { batch, m, n } = dimensions(a!.shape, b!.shape, attrs);
    return [epilogueType('dot', { shape: [...batch, m, n], dtype: a!.dtype }, extras, attrs.epilogue)];
  },
  evaluate: ([a, b, ...extras], attrs, [type]) => {
    const { batch, m, k, n } = dimensions(a!.type.shape, b!.type.shape, attrs);
    const result = allocate(type!);
    const left = attrs.transposeA ? matricesTransposed(a!) : a!.data;
    const right = attrs.transposeB ? matricesTransposed(b!) : b!.data;
    const starts = [a!, b!].map(({ type }) => matrixStarts(type.shape.slice(0, -2), batch));
    for (let i = 0; i < sizeOf(batch); i++) {
      const [p, q] = [starts[0]![i]! * m * k, starts[1]![i]! * k * n];
      multiply(
        left.subarray(p, p + m * k),
        right.subarray(q, q + k * n),
        result.subarray(i * m * n, (i + 1) * m * n),
        k,
        n,
      );
    }
    return [applyEpilogue({ type: type!, data: result }, extras, attrs.epilogue)];
  },
  flops: ([a, b], attrs, [type]) => {
    const { batch, m, k, n } = dimensions(a!.shape, b!.shape, attrs);
    return 2 * sizeOf(batch) * m * k * n + epilogueFlops(type!, attrs.epilogue);
  },
});

interface Dimensions {
  readonly batch: Shape;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

function dimensions(a: Shape, b: Shape, attrs: { transposeA: boolean; transposeB: boolean }): Dimensions {
  const [m, k] = matrixShape(a, attrs.transposeA);
  const [inner, n] = matrixShape(b, attrs.transposeB);
  const fits = a.slice(0, -2).every((dim, axis) => dim === b[axis] || dim === 1 || b[axis] === 1);
  if (a.length < 2 || a.length !== b.length || !fits || k !== inner) {
    const flags = `transposeA=${attrs.transposeA} and transposeB=${attrs.transposeB}`;
    throw new ShapeError(
      `dot: expected [...batch, m, k] and [...batch, k, n], received ${showShape(a)} and ${showShape(b)} with ${flags}.`,
    );
  }
  return { batch: a.slice(0, -2).map((dim, axis) => (dim === 1 ? b[axis]! : dim)), m: m!, k: k!, n: n! };
}

const matrixShape = (shape: Shape, isTransposed: boolean): Shape => {
  const matrix = shape.slice(-2);
  return isTransposed ? matrix.toReversed() : matrix;
};

function matricesTransposed(x: HostValue): Elements {
  const rank = x.type.shape.length;
  const batchAxes = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return transposed(x, [...batchAxes, rank - 1, rank - 2]);
}

/** For each matrix of the result, which one of an input with batch axes `from` belongs to it. */
function matrixStarts(from: Shape, batch: Shape): number[] {
  const strides = broadcastStrides(from, batch);
  return batch.reduce(
    (starts, dim, axis) => starts.flatMap((start) => Array.from({ length: dim }, (_, i) => start + i * strides[axis]!)),
    [0],
  );
}

/** Writes the product of `a` `[m, k]` and `b` `[k, n]` to `result`. */
function multiply(a: Elements, b: Elements, result: Elements, k: number, n: number): void {
  const sums = new Float64Array(n);
  for (let row = 0, to = 0; to < result.length; row += k, to += n) {
    sums.fill(0);
    for (let p = 0; p < k; p++) {
      const factor = a[row + p]!;
      const from = p * n;
      for (let j = 0; j < n; j++) sums[j]! += factor * b[from + j]!;
    }
    result.set(sums, to);
  }
}
