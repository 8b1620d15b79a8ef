import { callOf, inputOf, numberOf, ProgramBuilder } from '@capas/core/testing';
import { expect, test } from 'vitest';
import { check, checkProgram, numbers, runProgram } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const executor = (await startWasmExecutor())!;

const integers = (size: number, below: number) => Int32Array.from({ length: size }, (_, i) => (i * i * 7919) % below);

test.each([1, 4, 5, 70])('rows of %i that are reduced', (inner) => {
  const x = { shape: [40, inner], data: numbers(40 * inner) };
  const ids = { shape: [3, 7, 9], data: integers(189, 40) };
  check(
    executor,
    { x, ids },
    (builder, given) => ['sum', 'mean', 'max', 'min'].flatMap((kind) => builder.emit('gatherReduce', given, { kind })),
    { tolerance: 2e-7 },
  );
});

test('the id of a row that is not there is named', () => {
  const builder = new ProgramBuilder();
  const x = builder.input('x', { shape: [4, 2], dtype: 'float32' });
  const ids = builder.input('ids', { shape: [1, 3], dtype: 'int32' });
  const program = builder.build(builder.emit('gatherReduce', [x, ids], { kind: 'sum' }));
  expect(() => runProgram(executor, program, [numbers(8), Int32Array.of(1, 4, 0)], [])).toThrow('Received: 4.');
});

test.each([
  [50, 5, 1],
  [300, 10, 4],
  [90, 128, 2],
  [20, 700, 1],
  [400, 1, 1],
])('a table of %i rows of %i that an optimizer updates, each gradient for %i ids', (size, inner, repeat) => {
  const builder = new ProgramBuilder();
  const ids = builder.input('ids', { shape: [24], dtype: 'int32' });
  const values = builder.input('values', { shape: [24 / repeat, inner], dtype: 'float32' });
  const rate = builder.input('rate', { shape: [inner], dtype: 'float32' });
  const [weights, moment] = ['weights', 'moment'].map((name) =>
    builder.state(name, 'weight', { shape: [size, inner], dtype: 'float32' }),
  ) as [number, number];
  // register 0 is the sum, then weights, moment, rate
  const average = callOf('add', callOf('mul', inputOf(2), numberOf(0.9)), inputOf(0));
  const exprs = [callOf('sub', inputOf(1), callOf('mul', average, inputOf(3))), average];
  const attrs = { size, sums: 1, repeat, exprs };
  const [newWeights, newMoment] = builder.emit('updateRows', [ids, values, weights, moment, rate], attrs);
  builder.update(weights, newWeights!);
  builder.update(moment, newMoment!);
  const list = integers(24, size);
  list[3] = -1;
  list[5] = size;
  list[9] = list[8]!;
  const inputs = [list, numbers((24 / repeat) * inner), numbers(inner, 2)];
  const state = [numbers(size * inner, 3), numbers(size * inner, 4)];
  checkProgram(executor, builder.build([]), inputs, { state, tolerance: 3e-7 });
});
