import { beforeAll, expect, test } from 'vitest';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import * as ops from './index.ts';

beforeAll(startJsBackend);

/** dtype and values of a result. */
const of = (make: () => Tensor) =>
  scope(() => {
    const result = make();
    return [result.dtype, result.arraySync()];
  });
const ints = (...values: number[]) => Int32Array.from(values);

test('a whole number takes the dtype of the integers beside it', () => {
  expect(of(() => ops.add(ints(1, 2), 1))).toEqual(['int32', [2, 3]]);
  expect(of(() => ops.multiply(ints(1, 2), 0.5))).toEqual(['float32', [0.5, 1]]);
  expect(of(() => ops.add([true, false], [true, true]))).toEqual(['int32', [2, 1]]);
});

test('division and means of integers are floats, floor division is not', () => {
  expect(of(() => ops.divide(ints(1, 2), ints(2, 4)))).toEqual(['float32', [0.5, 0.5]]);
  expect(of(() => ops.mean(ints(1, 2)))).toEqual(['float32', 1.5]);
  expect(of(() => ops.floorDivide(ints(-7, 7), ints(2, -2)))).toEqual(['int32', [-4, -4]]);
  expect(of(() => ops.sum([true, true]))).toEqual(['int32', 2]);
  expect(of(() => ops.matmul(scopeInts(), scopeInts()))).toEqual([
    'int32',
    [
      [7, 10],
      [15, 22],
    ],
  ]);
});

const scopeInts = () => ops.reshape(ints(1, 2, 3, 4), [2, 2]);

test('remainders take the sign of the divisor, or of the dividend', () => {
  expect(of(() => ops.mod([-7, 7, -7], [3, -3, -3]))).toEqual(['float32', [2, -2, -1]]);
  expect(of(() => ops.fmod([-7, 7, -7], [3, -3, -3]))).toEqual(['float32', [-1, 1, -1]]);
  expect(of(() => ops.divideNoNan([1, 0], [0, 0]))).toEqual(['float32', [0, 0]]);
});

test('large values neither overflow nor vanish', () => {
  expect(of(() => ops.logsumexp([1000, 1000]))[1]).toBeCloseTo(1000 + Math.LN2, 3);
  expect(of(() => ops.logsumexp([-Infinity, -Infinity]))[1]).toBe(-Infinity);
  expect(of(() => ops.softmax([1000, 0, -1000]))[1]).toEqual([1, 0, 0]);
  expect(of(() => ops.logSigmoid([-1000, 1000]))[1]).toEqual([-1000, -0]);
  expect(of(() => ops.binaryCrossentropy([0, 1], [1000, -1000], { fromLogits: true }))[1]).toEqual([1000, 1000]);
  expect(of(() => ops.softplus([-1000, 1000]))[1]).toEqual([0, 1000]);
  expect(of(() => ops.hypot(3e30, 4e30))[1]).toBeCloseTo(5e30, -25);
});

test('NaN: comparisons are false, fmax and fmin pass it over, maximum does not', () => {
  const x = [Number.NaN, 1];
  expect(of(() => ops.equal(x, x))[1]).toEqual([0, 1]);
  expect(of(() => ops.fmax(x, 0))[1]).toEqual([0, 1]);
  expect(of(() => ops.maximum(x, 0))[1]).toEqual([Number.NaN, 1]);
  expect(of(() => ops.isclose(x, x, { equalNan: true }))[1]).toEqual([1, 1]);
  expect(of(() => ops.isclose([Infinity, 1], [Infinity, Infinity]))[1]).toEqual([1, 0]);
  expect(of(() => ops.nanmax([Number.NaN, Number.NaN]))[1]).toBeNaN();
});

test('class indices out of range: zeros, NaN, false', () => {
  expect(of(() => ops.oneHot([1, 3, -1], 3))).toEqual([
    'float32',
    [
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
  ]);
  expect(of(() => ops.oneHot([1], 2, { dtype: 'bool' }))).toEqual(['bool', [[0, 1]]]);
  const losses = of(() =>
    ops.sparseCategoricalCrossentropy(
      [2, 0],
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
    ),
  )[1] as number[];
  expect(losses[0]).toBeNaN();
  expect(losses[1]).toBeCloseTo(Math.LN2, 5);
  expect(
    of(() =>
      ops.inTopK(
        [0, 5],
        [
          [1, 2],
          [1, 2],
        ],
        2,
      ),
    )[1],
  ).toEqual([1, 0]);
});

test('bits of negative numbers', () => {
  const [x, y] = [ints(-1, -2147483648, 12345, -77), ints(5, 7, -3, 2147483647)];
  const pairs = Array.from(x, (a, i) => [a, y[i]!] as const);
  expect(of(() => ops.bitwiseAnd(x, y))[1]).toEqual(pairs.map(([a, b]) => a & b));
  expect(of(() => ops.bitwiseOr(x, y))[1]).toEqual(pairs.map(([a, b]) => a | b));
  expect(of(() => ops.bitwiseXor(x, y))[1]).toEqual(pairs.map(([a, b]) => a ^ b));
  expect(of(() => ops.bitwiseRightShift(x, 3))[1]).toEqual(pairs.map(([a]) => a >> 3));
  expect(of(() => ops.gcd(ints(12, -18, 0), ints(18, 12, 5)))[1]).toEqual([6, 6, 5]);
});

test('indices as in Python', () => {
  const x = scopeInts();
  expect(of(() => ops.getItem(x, [-1, { step: -1 }]))[1]).toEqual([4, 3]);
  expect(of(() => ops.getItem(x, ['...', 0]))[1]).toEqual([1, 3]);
  expect(() => ops.getItem(x, 2)).toThrow('ops.getItem: `key` must be an index from -2 to 1. Received: 2.');
  x.dispose();
});

test('what depends on values is read back', () => {
  expect(
    scope(() =>
      ops
        .nonzero([
          [0, 3],
          [5, 0],
        ])
        .map((t) => t.arraySync()),
    ),
  ).toEqual([
    [0, 1],
    [1, 0],
  ]);
  const found = scope(() => {
    const { values, indices, inverse, counts } = ops.unique([3, 1, 3, 2]);
    return [values, indices, inverse, counts].map((t) => t.arraySync());
  });
  expect(found).toEqual([
    [1, 2, 3],
    [1, 3, 0],
    [2, 0, 2, 1],
    [1, 1, 2],
  ]);
});

test('an argument that is returned unchanged is still a tensor of its own', () => {
  scope(() => {
    const x = ops.array([1, 2]);
    for (const y of [ops.cast(x, 'float32'), ops.copy(x), ops.array(x), ops.transpose(x), ops.sum(x, { axis: [] })]) {
      y.dispose();
      expect(x.isDisposed).toBe(false);
    }
    expect([...x.dataSync()]).toEqual([1, 2]);
  });
});

test('what does not fit is named', () => {
  scope(() => {
    expect(() => ops.matmul(ops.zeros([2, 3]), ops.zeros([2, 3]))).toThrow(
      'ops.matmul: the last axis of [2, 3] (3) must be as long as the one before the last of [2, 3] (2).',
    );
    expect(() => ops.reshape(ops.zeros([2, 3]), [4, -1])).toThrow('ops.reshape: [2, 3] cannot become [4, -1].');
    expect(() => ops.sum(ops.zeros([2]), { axis: 1 })).toThrow('ops.sum: axis 1 is out of range for rank 1');
    expect(() => ops.einsum('ij,jk->ik', ops.zeros([2, 3]))).toThrow(
      'ops.einsum: `subscripts` must be letters for 1 operands',
    );
    expect(() => ops.binaryCrossentropy([1], [[1]])).toThrow(
      'ops.binaryCrossentropy: `target` and `output` must have the same shape. Received: [1] and [1, 1].',
    );
    expect(() => ops.split(ops.zeros([5]), 2)).toThrow(
      'ops.split: `indicesOrSections` must be a divisor of 5. Received: 2.',
    );
  });
});

test('NaN is passed on: signs, quantiles and medians', () => {
  expect(of(() => ops.sign([Number.NaN, -2, 0]))[1]).toEqual([Number.NaN, -1, 0]);
  expect(of(() => ops.heaviside([Number.NaN, 1, -1, 0], 0.5))[1]).toEqual([0.5, 1, 0, 0.5]);
  const rows = [
    [1, Number.NaN, 0],
    [1, 2, 4],
  ];
  expect(of(() => ops.median(rows, { axis: 1 }))[1]).toEqual([Number.NaN, 2]);
  expect(of(() => ops.quantile(rows, [0, 1], { axis: 1 }))[1]).toEqual([
    [Number.NaN, 1],
    [Number.NaN, 4],
  ]);
});

test('integers and booleans stay what they are', () => {
  expect(of(() => ops.relu(ints(-2, 3)))).toEqual(['int32', [0, 3]]);
  expect(of(() => ops.trunc(ints(-2, 3)))).toEqual(['int32', [-2, 3]]);
  expect(of(() => ops.max([[true, false]], { axis: 0 }))).toEqual(['bool', [1, 0]]);
  expect(of(() => ops.min([true, false]))).toEqual(['bool', 0]);
  expect(of(() => ops.ptp([true, false]))).toEqual(['int32', 1]);
});

test('repeat takes counts from tensors', () => {
  expect(of(() => ops.repeat([5, 6, 7], ints(2, 0, 1), { axis: 0 }))[1]).toEqual([5, 5, 7]);
  expect(of(() => ops.repeat([5, 6], [2]))[1]).toEqual([5, 5, 6, 6]);
  expect(() => ops.repeat([5, 6, 7], [1, 2])).toThrow(/a number or 3 numbers/);
});
