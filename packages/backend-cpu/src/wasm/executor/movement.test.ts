import type { Elements } from '@capas/core';
import { ProgramBuilder } from '@capas/core/testing';
import { describe, expect, test } from 'vitest';
import { check, numbers, runProgram } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const executor = (await startWasmExecutor())!;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);
const floats = (shape: readonly number[]) => ({ shape, data: numbers(sizeOf(shape)) });
const bytes = (shape: readonly number[]) => ({
  shape,
  data: Uint8Array.from({ length: sizeOf(shape) }, (_, i) => (i * 37) % 256),
});
const integers = (shape: readonly number[], below: number) => ({
  shape,
  data: Int32Array.from({ length: sizeOf(shape) }, (_, i) => (i * 7919) % below),
});

describe.each([
  ['floats', floats],
  ['bytes', bytes],
] as const)('%s', (_, make) => {
  const run = (shape: readonly number[], write: (builder: ProgramBuilder, x: number) => readonly number[]): void =>
    check(executor, { bytes: make(shape) }, (builder, [x]) => write(builder, x!));

  test.each([
    [
      [3, 5],
      [1, 0],
    ],
    [
      [33, 18],
      [1, 0],
    ],
    [
      [2, 33, 18],
      [0, 2, 1],
    ],
    [
      [5, 6, 7, 4],
      [3, 1, 0, 2],
    ],
    [
      [4, 9, 3],
      [1, 0, 2],
    ],
    [
      [4, 9, 3],
      [2, 1, 0],
    ],
  ])('transpose %j by %j', (shape, perm) => run(shape, (builder, x) => [builder.transpose(x, perm)]));

  test('slice, reverse, broadcast, concat, pad', () => {
    run([4, 7, 5], (builder, x) => [
      builder.slice(x, [1, 2, 0], [2, 3, 5]),
      builder.slice(x, [0, 1, 1], [4, 3, 2], [1, 2, 3]),
      ...builder.emit('reverse', [x], { axes: [0, 2] }),
      builder.broadcast(builder.slice(x, [0, 0, 0], [4, 1, 5]), [2, 4, 3, 5]),
      builder.concat([x, builder.slice(x, [0, 1, 0], [4, 2, 5])], 1),
      ...builder.emit('pad', [x], {
        pads: [
          [0, 1],
          [2, 0],
          [1, 1],
        ],
        value: 1,
      }),
    ]);
  });

  test.each([
    [[9, 4], 0, 0, [7]],
    [[9, 1], 0, 0, [2, 3]],
    [[3, 9, 70], 1, 0, [5]],
    [[3, 2, 9, 5], 2, 1, [3, 4]],
  ])('gather of %j along %i with %i batch axes', (shape, axis, batchDims, indices) => {
    const given = { bytes: make(shape), indices: integers(indices, 9) };
    check(executor, given, (builder, ids) => builder.emit('gather', ids, { axis, batchDims }));
  });

  test('gatherNd, and scatterNd that puts', () => {
    const given = { bytes: make([5, 6, 3]), indices: integers([4, 2], 5), bytesNew: make([4, 3]) };
    check(executor, given, (builder, [x, indices, updates]) => [
      ...builder.emit('gatherNd', [x!, indices!]),
      ...builder.emit('scatterNd', [indices!, updates!], { shape: [5, 6, 3], mode: 'update' }),
      ...builder.emit('scatterNd', [indices!, updates!, x!], { shape: [5, 6, 3], mode: 'update' }),
    ]);
  });

  test.each([-3, 0, 2, 100])('dynamicSlice from %i', (start) => {
    const given = { bytes: make([3, 8, 5]), start: { shape: [], data: Int32Array.of(start) } };
    check(executor, given, (builder, ids) => builder.emit('dynamicSlice', ids, { axis: 1, size: 3 }));
  });
});

test('the index that gather does not find is named', () => {
  const builder = new ProgramBuilder();
  const x = builder.input('x', { shape: [4, 2], dtype: 'float32' });
  const indices = builder.input('indices', { shape: [3], dtype: 'int32' });
  const program = builder.build(builder.emit('gather', [x, indices], { axis: 0, batchDims: 0 }, 'embed'));
  const run = (...list: number[]) => runProgram(executor, program, [numbers(8), Int32Array.from(list)], []);
  expect(() => run(1, 4, 0)).toThrow('instruction 0, gather of embed: an index must be from 0 to 3. Received: 4.');
  expect(() => run(1, -1, 0)).toThrow('Received: -1.');
  expect(run(3, 1, 0).outputs[0]).toHaveLength(6);
});

test.each([[5], [1], [70]])('scatterAdd of rows of %i', (inner) => {
  const ids = { shape: [9], data: Int32Array.of(0, 3, 3, -1, 7, 2, 3, 0, 1) };
  const values = floats([9, inner]);
  const counts = integers([9, inner], 50);
  check(
    executor,
    { ids, values, counts },
    (builder, [ids, values, counts]) => [
      ...builder.emit('scatterAdd', [ids!, values!], { size: 5 }),
      ...builder.emit('scatterAdd', [ids!, counts!], { size: 5 }),
    ],
    { tolerance: 2e-7 },
  );
});

test('scatterNd that adds', () => {
  const given = { indices: integers([6, 1], 4), updates: floats([6, 5]), base: floats([4, 5]) };
  check(executor, given, (builder, [indices, updates, base]) => [
    ...builder.emit('scatterNd', [indices!, updates!], { shape: [4, 5], mode: 'add' }),
    ...builder.emit('scatterNd', [indices!, updates!, base!], { shape: [4, 5], mode: 'add' }),
  ]);
});

test('fill, iota and oneHot', () => {
  const ids = { shape: [3, 5], data: Int32Array.from({ length: 15 }, (_, i) => i - 3) };
  check(executor, { ids }, (builder, [ids]) => [
    ...builder.emit('fill', [], { shape: [7], value: 1.5, dtype: 'float32' }),
    ...builder.emit('fill', [], { shape: [7], value: 1, dtype: 'bool' }),
    ...builder.emit('fill', [], { shape: [9], value: -3, dtype: 'int32' }),
    ...builder.emit('iota', [], { shape: [3, 4, 2], axis: 1 }),
    ...builder.emit('oneHot', [ids!], { depth: 10, on: 1, off: 0, dtype: 'float32' }),
    ...builder.emit('oneHot', [ids!], { depth: 6, on: 0.9, off: 0.1, dtype: 'float32' }),
    ...builder.emit('oneHot', [ids!], { depth: 6, on: 1, off: 0, dtype: 'bool' }),
  ]);
});

test.each(['uniform', 'normal', 'truncatedNormal', 'bits'])('random numbers, %s', (distribution) => {
  for (const size of [1, 15, 16, 1001]) {
    check(executor, { state: { shape: [2], data: Int32Array.of(-5, 77) } }, (builder, ids) =>
      builder.emit('random', ids, { shape: [size], distribution }),
    );
  }
});

const SPECIAL = Float32Array.of(
  1,
  Number.NaN,
  -0,
  0,
  -1,
  Number.POSITIVE_INFINITY,
  -0,
  0,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  1,
  3,
);

describe.each([
  ['floats', floats([4, 12, 5])],
  ['repeated floats', { shape: [4, 12, 5], data: numbers(240).map(Math.round) }],
  ['special floats', { shape: [4, 12, 1], data: Float32Array.from([...SPECIAL, ...SPECIAL, ...SPECIAL, ...SPECIAL]) }],
  ['integers', { shape: [4, 12, 5], data: integers([4, 12, 5], 13).data.map((x) => x - 6) }],
  ['bool', { shape: [4, 12, 5], data: Uint8Array.from({ length: 240 }, (_, i) => Number(i % 7 > 3)) }],
] as const)('%s', (_, x) => {
  const given = { x: x as { shape: number[]; data: Elements } };
  test.each([0, 1, 2])('argReduce along %i', (axis) => {
    check(executor, given, (builder, ids) =>
      ['max', 'min'].flatMap((kind) => builder.emit('argReduce', ids, { kind, axis })),
    );
  });

  test.each([0, 1, 2])('scan along %i', (axis) => {
    check(executor, given, (builder, ids) =>
      ['sum', 'prod'].flatMap((kind) =>
        [false, true].flatMap((exclusive) =>
          [false, true].flatMap((reverse) => builder.emit('scan', ids, { kind, axis, exclusive, reverse })),
        ),
      ),
    );
  });

  test('sort', () => {
    check(executor, given, (builder, ids) =>
      [false, true].flatMap((descending) => builder.emit('sort', ids, { axis: 2, descending })),
    );
    const rows = { x: { shape: [3, x.data.length / 3], data: x.data as Elements } };
    check(executor, rows, (builder, ids) =>
      [false, true].flatMap((descending) => builder.emit('sort', ids, { axis: 1, descending })),
    );
  });
});
