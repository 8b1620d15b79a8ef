import { beforeAll, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import { traceStep } from '../compile/compile-step.ts';
import { dispose, memory, scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { TraceError } from '../trace/trace-error.ts';
import * as ops from './index.ts';

beforeAll(startJsBackend);

const of = (make: () => Tensor) => scope(() => Array.from(make().dataSync()));
const ulp = 2 ** -23;
const smallest = 2 ** -149;

test('the next number goes towards the second one, over every border', () => {
  expect(of(() => ops.nextafter([1, 1, -1, -1], [2, 0, 0, -2]))).toEqual([
    1 + ulp,
    1 - ulp / 2,
    -1 + ulp / 2,
    -1 - ulp,
  ]);
  expect(of(() => ops.nextafter([0, 0, -0, 5], [1, -1, 1, 5]))).toEqual([smallest, -smallest, smallest, 5]);
  expect(of(() => ops.nextafter([smallest, -smallest], 0))).toEqual([0, -0]);
  expect(of(() => ops.nextafter([3.4028234663852886e38, Infinity], [Infinity, 0]))).toEqual([
    Infinity,
    3.4028234663852886e38,
  ]);
  expect(of(() => ops.nextafter([Number.NaN, 1], [1, Number.NaN]))).toEqual([Number.NaN, Number.NaN]);
});

test('nextafter broadcasts, and its derivative is that of its first argument', () => {
  scope(() => {
    const [x, y] = [ops.array([[1], [2]]), ops.array([0, 3])];
    expect(ops.nextafter(x, y).shape).toEqual([2, 2]);
    const [dx, dy] = gradients((a, b) => ops.nextafter(a, b), [x, y]);
    expect([dx?.arraySync(), dy?.arraySync()]).toEqual([[[2], [2]], undefined]);
  });
});

test('a view has the bytes, and as many of them', () => {
  expect(of(() => ops.view([1, -2], { dtype: 'int32' }))).toEqual([0x3f800000, -0x40000000]);
  expect(of(() => ops.view(Int32Array.of(0x3f800000), { dtype: 'float32' }))).toEqual([1]);
  scope(() => {
    const z = ops.view(
      [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ],
      { dtype: 'complex64' },
    );
    expect([z.dtype, z.shape]).toEqual(['complex64', [2, 2]]);
    expect(ops.imag(z).arraySync()).toEqual([
      [2, 4],
      [6, 8],
    ]);
    expect(ops.view(z, { dtype: 'float32' }).arraySync()).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
  });
  expect(() => ops.view([1, 2, 3], { dtype: 'complex64' })).toThrow(/numbers of 8 bytes. Received: \[3\]/);
  expect(() => ops.view([true])).toThrow(/`x` must be of dtype float32, int32, complex64/);
});

test('they leave nothing behind, and no step can be made of them', () => {
  const { tensors } = memory();
  dispose([ops.nextafter([1, 2], 3), ops.view([1, 2], { dtype: 'int32' })]);
  expect(memory().tensors).toBe(tensors);
  const inputs = [{ name: 'x', shape: [2], dtype: 'float32' as const }];
  for (const step of [(x: Tensor) => ops.nextafter(x, 3), (x: Tensor) => ops.view(x, { dtype: 'int32' })]) {
    expect(() => traceStep(step, inputs)).toThrow(TraceError);
  }
});
