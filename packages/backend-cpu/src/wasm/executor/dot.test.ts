import { callOf, inputOf } from '@capas/core/testing';
import { describe, expect, test } from 'vitest';
import { check, numbers } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);
const floats = (shape: readonly number[], seed = 1) => ({ shape, data: numbers(sizeOf(shape), seed) });

describe.each(['relaxed', 'plain'] as const)('%s SIMD', async (simd) => {
  const executor = (await startWasmExecutor({ simd }))!;

  test('is there', () => {
    expect(executor).toBeDefined();
  });

  test.each([
    [1, 1, 1],
    [1, 30, 17],
    [2, 5, 8],
    [3, 16, 4],
    [5, 7, 9],
    [7, 9, 3],
    [8, 100, 16],
    [9, 33, 24],
    [32, 79, 10],
    [13, 1, 21],
    [203, 130, 19],
    [5, 900, 12],
    [70, 1000, 9],
  ])('[%i, %i] times [.., %i]', (m, k, n) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = floats(transposeA ? [k, m] : [m, k]);
        const b = floats(transposeB ? [n, k] : [k, n], 2);
        const write = { transposeA, transposeB };
        check(executor, { a, b }, (builder, [a, b]) => [builder.dot(a!, b!, write)], { tolerance: 1e-6, scale: k });
      }
    }
  });

  test.each([
    [
      [3, 4, 5],
      [3, 5, 6],
    ],
    [
      [3, 2, 4, 5],
      [3, 2, 5, 6],
    ],
    [
      [3, 1, 4, 5],
      [1, 2, 5, 6],
    ],
    [
      [3, 4, 5],
      [1, 5, 6],
    ],
    [
      [1, 14, 5],
      [3, 5, 16],
    ],
  ])('batches %j and %j', (a, b) => {
    check(executor, { a: floats(a), b: floats(b, 2) }, (builder, [a, b]) => [builder.dot(a!, b!)], { tolerance: 2e-6 });
  });

  test.each([
    [4, 3, 10],
    [33, 9, 70],
    [300, 4, 5],
  ])('an epilogue of [%i, %i] times [.., %i]', (m, k, n) => {
    const given = { a: floats([m, k]), b: floats([k, n], 2), bias: floats([n], 3), rest: floats([m, n], 4) };
    const epilogue = callOf('add', callOf('relu', callOf('add', inputOf(0), inputOf(1))), inputOf(2));
    const reused = callOf('mul', callOf('sigmoid', inputOf(0)), callOf('add', inputOf(0), inputOf(1)));
    check(
      executor,
      given,
      (builder, [a, b, bias, rest]) => {
        const attrs = { transposeA: false, transposeB: false };
        return [
          ...builder.emit('dot', [a!, b!, bias!, rest!], { ...attrs, epilogue }),
          ...builder.emit('dot', [a!, b!, rest!], { ...attrs, epilogue: reused }),
        ];
      },
      { tolerance: 2e-6 },
    );
  });
});
