import type { ConformanceCase } from '../conformance-case.ts';
import {
  at,
  bools,
  build,
  floats,
  type HostTensor,
  type HostTensorType,
  ints,
  map,
  randomBools,
  randomFloats,
  randomInts,
  reduce,
  sum,
  zip,
} from '../host-tensor.ts';

type Reduction = (values: readonly number[]) => number;

const mean: Reduction = (values) => sum(values) / values.length;
const product: Reduction = (values) => values.reduce((total, value) => total * value, 1);
const greatest: Reduction = (values) => Math.max(...values);
const least: Reduction = (values) => Math.min(...values);

const axesToTry: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['last axis', [3, 4, 5], [2]],
  ['first axis', [3, 4, 5], [0]],
  ['middle axis', [3, 4, 5], [1]],
  ['two axes', [3, 4, 5], [0, 2]],
  ['all axes', [3, 4, 5], [0, 1, 2]],
  ['axes of size 1', [3, 1, 5], [1]],
  ['rank 1', [37], [0]],
  ['no rows are left', [0, 3], [1]],
];

const one = (
  kernel: string,
  name: string,
  x: HostTensor,
  axes: readonly number[],
  keepDims: boolean,
  value: Reduction,
  dtype?: HostTensorType,
): ConformanceCase => ({
  kernel,
  name: keepDims ? `${name}, keepDims` : name,
  inputs: { x },
  attrs: kernel === 'Max' ? { reductionIndices: axes, keepDims } : { axis: axes, keepDims },
  expected: reduce(x, axes, keepDims, value, dtype),
});

const reductions: readonly (readonly [string, Reduction])[] = [
  ['Sum', sum],
  ['Mean', mean],
  ['Prod', product],
  ['Max', greatest],
  ['Min', least],
];

/** The first position of the greatest (or least) value along an axis. */
const argCase = (kernel: 'ArgMax' | 'ArgMin', name: string, x: HostTensor, axis: number): ConformanceCase => ({
  kernel,
  name,
  inputs: { x },
  attrs: { axis },
  expected: reduce(
    x,
    [axis],
    false,
    (values) => values.indexOf(kernel === 'ArgMax' ? greatest(values) : least(values)),
    'int32',
  ),
});

const scanCase = (
  kernel: 'Cumsum' | 'Cumprod',
  x: HostTensor,
  axis: number,
  exclusive: boolean,
  reverse: boolean,
): ConformanceCase => ({
  kernel,
  name: `${x.dtype}, axis ${axis} of ${x.shape.length}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
  inputs: { x },
  attrs: { axis, exclusive, reverse },
  expected: build(
    x.shape,
    (index) => {
      const size = x.shape[axis]!;
      const here = index[axis]!;
      let total = kernel === 'Cumsum' ? 0 : 1;
      for (let i = 0; i < size; i++) {
        const counts = reverse ? i > here || (i === here && !exclusive) : i < here || (i === here && !exclusive);
        if (!counts) continue;
        const value = at(x, index.with(axis, i));
        total = kernel === 'Cumsum' ? total + value : total * value;
      }
      return total;
    },
    x.dtype,
  ),
});

const logSoftmax = (logits: HostTensor): HostTensor => {
  const greatestOfAll = reduce(logits, [-1], true, greatest);
  const totals = reduce(
    zip(logits, greatestOfAll, (x, top) => Math.exp(x - top)),
    [-1],
    true,
    sum,
  );
  return build(logits.shape, (index) => at(logits, index) - at(greatestOfAll, index) - Math.log(at(totals, index)));
};

const softmax = (logits: HostTensor): HostTensor => {
  const exponentials = map(logits, Math.exp);
  const totals = reduce(exponentials, [-1], true, sum);
  return build(logits.shape, (index) => at(exponentials, index) / at(totals, index));
};

/** Kernels that combine values along axes. */
export const reduceCases: readonly ConformanceCase[] = [
  ...reductions.flatMap(([kernel, value]) => [
    ...axesToTry.flatMap(([name, shape, axes]) =>
      [false, true].map((keepDims) => one(kernel, name, randomFloats(shape, 1), axes, keepDims, value)),
    ),
    one(kernel, 'long', randomFloats([2, 1000], 1, 0.99, 1.01), [1], false, value),
  ]),
  ...(['Sum', 'Prod', 'Max', 'Min'] as const).map((kernel) =>
    one(kernel, 'int32', randomInts([4, 5], 1, -4, 5), [0], false, reductions.find(([name]) => name === kernel)![1]),
  ),
  one('Sum', 'int32 beyond the exact range of float32', ints([2], [16_777_217, 2]), [0], false, sum),
  one('Sum', 'nothing to sum', floats([2, 0], []), [1], false, sum),
  one('Max', 'all below zero', floats([3], [-3, -1, -2]), [0], false, greatest),
  one('Max', 'NaN wins', floats([2, 2], [1, Number.NaN, 2, 3]), [1], false, greatest),
  one('Min', 'NaN wins', floats([2, 2], [1, Number.NaN, 2, 3]), [1], false, least),
  ...(['All', 'Any'] as const).flatMap((kernel) => {
    const value: Reduction = (values) => Number(kernel === 'All' ? values.every(Boolean) : values.some(Boolean));
    return [
      one(kernel, 'last axis', randomBools([4, 3], 1), [1], false, value),
      one(kernel, 'first axis', randomBools([4, 3], 1), [0], true, value),
      one(kernel, 'all axes', bools([2, 2], [1, 1, 1, 1]), [0, 1], false, value),
    ];
  }),
  ...(['ArgMax', 'ArgMin'] as const).flatMap((kernel) => [
    argCase(kernel, 'last axis', randomFloats([4, 7], 1), 1),
    argCase(kernel, 'first axis', randomFloats([4, 7], 1), 0),
    argCase(kernel, 'middle axis', randomFloats([2, 5, 3], 1), 1),
    argCase(kernel, 'the first of equals', floats([2, 4], [1, 3, 3, 1, 0, 0, 0, 0]), 1),
    argCase(kernel, 'int32', randomInts([3, 6], 1, -9, 9), 1),
    argCase(kernel, 'far below zero', floats([1, 3], [-3e38, -2e38, -2.5e38]), 1),
  ]),
  ...(['Cumsum', 'Cumprod'] as const).flatMap((kernel) => [
    ...[false, true].flatMap((exclusive) =>
      [false, true].flatMap((reverse) => [
        scanCase(kernel, randomFloats([3, 4, 5], 1), 2, exclusive, reverse),
        scanCase(kernel, randomFloats([3, 4], 1), 0, exclusive, reverse),
      ]),
    ),
    scanCase(kernel, randomInts([2, 5], 1, 1, 4), 1, false, false),
  ]),
  ...(
    [
      ['a matrix', randomFloats([4, 7], 1)],
      ['rank 1', randomFloats([9], 2)],
      ['rank 3', randomFloats([2, 3, 4], 3)],
      ['one class', randomFloats([3, 1], 4)],
    ] as const
  ).map(([name, logits]) => ({
    kernel: 'Softmax',
    name,
    inputs: { logits },
    attrs: { dim: logits.shape.length - 1 },
    expected: softmax(logits),
  })),
  {
    kernel: 'Softmax',
    name: 'large logits do not overflow',
    inputs: { logits: floats([1, 3], [1000, 1001, 999]) },
    attrs: { dim: 1 },
    expected: softmax(floats([1, 3], [0, 1, -1])),
  },
  ...(
    [
      ['a matrix', randomFloats([4, 7], 1)],
      ['rank 3', randomFloats([2, 3, 4], 3)],
      ['large logits do not overflow', floats([1, 3], [1000, 1001, 999])],
    ] as const
  ).map(([name, logits]) => ({
    kernel: 'LogSoftmax',
    name,
    inputs: { logits },
    attrs: { axis: logits.shape.length - 1 },
    expected: logSoftmax(logits),
  })),
];
