import { type Executor, planProgram } from '@capas/core';
import { callOf, type Expression, inputOf, numberOf, ProgramBuilder } from '@capas/core/testing';
import { describe, test } from 'vitest';
import { checkProgram, numbers } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const add = (a: Expression, b: Expression) => callOf('add', a, b);
const mul = (a: Expression, b: Expression) => callOf('mul', a, b);
const sub = (a: Expression, b: Expression) => callOf('sub', a, b);
const approach = (from: Expression, to: Expression, share: Expression) => add(from, mul(sub(to, from), share));

/** What a program is made with: w, m, v, the gradient, the rate. */
const [w, m, v, g, rate] = [0, 1, 2, 3, 4].map((i) => inputOf(i)) as [
  Expression,
  Expression,
  Expression,
  Expression,
  Expression,
];
const [p, q, e] = [numberOf(0.1), numberOf(0.001), numberOf(1e-7)];
const mean = approach(m, g, p);
const square = approach(v, callOf('square', g), q);
const divisor = add(callOf('sqrt', square), e);
const step = callOf('div', mul(mean, rate), divisor);
const clipped = callOf('clip', g, numberOf(-0.5), numberOf(0.5));

/** The new w, m, v. */
const VARIANTS: Readonly<Record<string, readonly [Expression, Expression, Expression]>> = {
  Adam: [sub(w, step), mean, square],
  'Adam, sums and products the other way round': [
    sub(
      w,
      callOf('div', mul(rate, add(mul(p, sub(g, m)), m)), add(e, callOf('sqrt', add(mul(q, sub(mul(g, g), v)), v)))),
    ),
    add(mul(p, sub(g, m)), m),
    add(mul(q, sub(mul(g, g), v)), v),
  ],
  'Adam with a decay of the weights': [sub(mul(w, sub(numberOf(1), mul(rate, numberOf(0.004)))), step), mean, square],
  'Adam of a clipped gradient': [
    sub(
      w,
      callOf(
        'div',
        mul(approach(m, clipped, p), rate),
        add(callOf('sqrt', approach(v, callOf('square', clipped), q)), e),
      ),
    ),
    approach(m, clipped, p),
    approach(v, callOf('square', clipped), q),
  ],
  'a share of the gradient itself': [
    sub(w, callOf('div', mul(approach(m, g, w), rate), divisor)),
    approach(m, g, w),
    square,
  ],
  'a rate that the step computes': [sub(w, callOf('div', mul(mean, mul(rate, g)), divisor)), mean, square],
  'a decay by the new mean': [sub(sub(w, mul(mean, p)), step), mean, square],
  'the mean of before as the mean': [sub(w, step), m, square],
  'a mean that is twice there': [sub(w, step), mean, mean],
  'squares of something else': [
    sub(w, callOf('div', mul(mean, rate), add(callOf('sqrt', approach(v, mul(g, w), q)), e))),
    mean,
    approach(v, mul(g, w), q),
  ],
  'a root that is added': [sub(w, add(mul(mean, rate), divisor)), mean, square],
};

const alone = (await startWasmExecutor())!;

/** The same for plans that leave nothing to one thread. */
const sharing = (executor: Executor): Executor => ({
  name: executor.name,
  threads: executor.threads,
  residentBytes: executor.residentBytes,
  allocate: (bytes) => executor.allocate(bytes),
  share: () => undefined,
  compile: ({ program }) => executor.compile(planProgram(program, { serialBelow: 0 })),
});

describe.each([
  ['1 thread', alone],
  ['2 threads', sharing((await startWasmExecutor({ threads: 2 }))!)],
  ['3 threads', sharing((await startWasmExecutor({ threads: 3 }))!)],
])('the bits of the reference, %s', (_, executor) => {
  describe.each(Object.entries(VARIANTS))('%s', (_, exprs) => {
    test.each([1, 3, 16, 511, 1037, 2048])('%i elements', (size) => {
      const builder = new ProgramBuilder();
      const type = { shape: [size], dtype: 'float32' } as const;
      const states = ['w', 'm', 'v'].map((name) => builder.state(name, 'weight', type));
      const given = [builder.input('g', type), builder.input('rate', { shape: [], dtype: 'float32' })];
      const results = builder.emit('mapMany', [...states, ...given], { exprs });
      states.forEach((state, i) => {
        builder.update(state, results[i]!);
      });
      const state = [numbers(size), numbers(size, 2), numbers(size, 3).map(Math.abs)];
      checkProgram(executor, builder.build([]), [numbers(size, 4), Float32Array.of(0.01)], { state });
    });
  });

  test.each([
    [300, 5],
    [90, 128],
    [20, 700],
  ])('a table of %i rows of %i, with the sum of squares apart', (size, inner) => {
    const builder = new ProgramBuilder();
    const ids = builder.input('ids', { shape: [24], dtype: 'int32' });
    const values = ['values', 'squares'].map((name) => builder.input(name, { shape: [12, inner], dtype: 'float32' }));
    const rate = builder.input('rate', { shape: [], dtype: 'float32' });
    const states = ['w', 'm', 'v'].map((name) =>
      builder.state(name, 'weight', { shape: [size, inner], dtype: 'float32' }),
    );
    // the registers: both sums, w, m, v, rate
    const newMean = approach(inputOf(3), inputOf(0), p);
    const newSquare = approach(inputOf(4), inputOf(1), q);
    const quotient = callOf('div', mul(newMean, inputOf(5)), add(callOf('sqrt', newSquare), e));
    const exprs = [sub(inputOf(2), quotient), newMean, newSquare];
    const attrs = { size, sums: 2, repeat: 2, exprs };
    const results = builder.emit('updateRows', [ids, ...values, ...states, rate], attrs);
    states.forEach((state, i) => {
      builder.update(state, results[i]!);
    });
    const list = Int32Array.from({ length: 24 }, (_, i) => (i * i * 7919) % size);
    const inputs = [list, numbers(12 * inner), numbers(12 * inner, 2).map(Math.abs), Float32Array.of(0.01)];
    const state = [numbers(size * inner, 3), numbers(size * inner, 4), numbers(size * inner, 5).map(Math.abs)];
    checkProgram(executor, builder.build([]), inputs, { state });
  });
});
