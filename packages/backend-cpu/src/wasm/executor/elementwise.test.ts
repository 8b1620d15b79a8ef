import { type Elements, planProgram } from '@capas/core';
import { callOf, inputOf, numberOf, ProgramBuilder, scalarFunctions } from '@capas/core/testing';
import { describe, expect, test } from 'vitest';
import { check, checkProgram, numbers } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const executor = (await startWasmExecutor())!;

const SPECIAL = [0, -0, 1, -1, 0.5, 2.5, -2.5, 1e-8, -1e-8, 1e-40, 3e38, -3e38, 88, -88, 2 ** 31, -(2 ** 31), 1e10];
const BEYOND = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const FLOATS = Float32Array.from([...SPECIAL, ...BEYOND, ...numbers(200), ...numbers(200, 2).map((x) => x * 20)]);
const INTS = Int32Array.from([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 7, -7, 65537, ...numbers(50).map((x) => x * 50)]);
const BOOLS = Uint8Array.from([0, 1, 1, 0, 1]);

/** Every pair of values, as two lists. */
function pairs<List extends Elements>(list: List): [List, List] {
  const size = list.length;
  const make = (from: (i: number) => number) =>
    new (list.constructor as new (items: number[]) => List)(
      Array.from({ length: size * size }, (_, i) => list[from(i)]!),
    );
  return [make((i) => Math.floor(i / size)), make((i) => i % size)];
}

const named = Object.entries(scalarFunctions).filter(([name]) => name !== 'select');

describe.each([
  ['float32', Float32Array.from([...SPECIAL, ...BEYOND, ...numbers(12)])],
  ['int32', INTS.slice(0, 30)],
  ['bool', BOOLS],
] as const)('%s', (dtype, some) => {
  test.each(named.filter(([, { domain }]) => domain.includes(dtype)))('%s', (name, { arity }) => {
    const all = { float32: FLOATS, int32: INTS, bool: BOOLS }[dtype];
    const [a, b] = arity === 1 ? [all, all] : pairs<Elements>(some);
    const x = { shape: [a.length], data: a };
    const y = { shape: [a.length], data: b };
    // one unit in the last place of float32, or two, where the bits of the reference are not asked for
    const tolerance = EXACT.has(name) ? 0 : /^(exp|log|sigmoid|tanh)$/.test(name) ? 2e-7 : 1.2e-7;
    const rest = { x, ...(arity > 1 && { y }), ...(arity > 2 && { z: { shape: [], data: b.slice(3, 4) } }) };
    check(executor, rest, (builder, ids) => [builder.map(name, ...ids)], { tolerance, scale: 1e-37 });
  });
});

const EXACT: ReadonlySet<string> = new Set(
  named
    .map(([name]) => name)
    .filter((name) => !/exp|log|tanh|sigmoid|softplus|elu|erf/i.test(name) || /relu/i.test(name)),
);

test.each([0, 1, 3, 4, 511, 512, 513, 1030])('%i elements, and what lies behind them stays', (size) => {
  check(executor, { x: { shape: [size], data: numbers(size) } }, (builder, [x]) => [
    builder.map(callOf('add', callOf('mul', inputOf(0), numberOf(3)), inputOf(0)), x!),
  ]);
  const builder = new ProgramBuilder();
  const program = builder.build([builder.map('neg', builder.input('x', { shape: [size], dtype: 'float32' }))]);
  const executable = executor.compile(planProgram(program));
  const buffer = executor.allocate(4 * (2 * size + 8));
  const memory = numbers(2 * size + 8);
  buffer.write(memory);
  executable.plan.slots.forEach(({ place }, slot) => {
    executable.bind(slot, buffer, place.kind === 'output' ? 4 * (size + 4) : 0);
  });
  if (size > 0) executable.run(0);
  buffer.read(memory);
  const untouched = numbers(2 * size + 8);
  expect([...memory]).toEqual(
    [...untouched].map((x, i) => (i >= size + 4 && i < 2 * size + 4 ? -untouched[i - size - 4]! : x)),
  );
  executable.dispose();
  buffer.dispose();
});

test.each([
  [[5, 7], [7]],
  [
    [5, 7],
    [5, 1],
  ],
  [
    [3, 5, 4],
    [5, 1],
  ],
  [
    [30, 1, 40],
    [1, 9, 40],
  ],
  [[600, 3], [3]],
  [
    [2, 700],
    [2, 1],
  ],
  [[2, 700], []],
])('broadcast %j with %j', (a, b) => {
  const size = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);
  const x = { shape: a, data: numbers(size(a)) };
  const y = { shape: b, data: numbers(size(b), 2) };
  check(executor, { x, y }, (builder, [p, q]) => [builder.map('mul', p!, q!), builder.map('sub', q!, p!)]);
});

test('bytes become numbers, and bool results bytes', () => {
  const bytes = { shape: [3, 301], data: Uint8Array.from({ length: 903 }, (_, i) => i % 256) };
  const row = { shape: [1, 301], data: numbers(301) };
  const bytesTurned = { shape: [301], data: Uint8Array.from({ length: 301 }, (_, i) => (i * 7) % 256) };
  check(executor, { bytes, row, bytesTurned }, (builder, [a, b, c]) => [
    builder.map(callOf('mul', callOf('f32', inputOf(0)), inputOf(1)), a!, b!),
    builder.map(callOf('gt', callOf('f32', inputOf(0)), inputOf(1)), a!, b!),
    builder.map(callOf('add', callOf('f32', inputOf(0)), callOf('f32', inputOf(1))), a!, c!),
    builder.map(callOf('select', callOf('lt', inputOf(1), numberOf(0)), inputOf(0), inputOf(2)), a!, b!, c!),
  ]);
});

test('states in place, several at once', () => {
  const builder = new ProgramBuilder();
  const gradient = builder.input('g', { shape: [1037], dtype: 'float32' });
  const type = { shape: [1037], dtype: 'float32' } as const;
  const [w, m, v] = ['w', 'm', 'v'].map((name) => builder.state(name, 'weight', type)) as [number, number, number];
  const mean = callOf('add', callOf('mul', inputOf(1), numberOf(0.9)), callOf('mul', inputOf(3), numberOf(0.1)));
  const square = callOf(
    'add',
    callOf('mul', inputOf(2), numberOf(0.99)),
    callOf('mul', callOf('square', inputOf(3)), numberOf(0.01)),
  );
  const step = callOf('sub', inputOf(0), callOf('div', mean, callOf('add', callOf('sqrt', square), numberOf(1e-7))));
  const [w2, m2, v2] = builder.emit('mapMany', [w, m, v, gradient], { exprs: [step, mean, square] });
  builder.update(w, w2!);
  builder.update(m, m2!);
  builder.update(v, v2!);
  const state = [numbers(1037), numbers(1037, 2), numbers(1037, 3).map(Math.abs)];
  checkProgram(executor, builder.build([]), [numbers(1037, 4)], { state });
});

test.each([16, 512, 1037])('chains of steps over %i elements, in place and not', (size) => {
  const builder = new ProgramBuilder();
  const type = { shape: [size], dtype: 'float32' } as const;
  const [gradient, rate] = [builder.input('g', type), builder.input('rate', { shape: [], dtype: 'float32' })];
  const [w, m, v] = ['w', 'm', 'v'].map((name) => builder.state(name, 'weight', type)) as [number, number, number];
  const approach = (from: number, to: ReturnType<typeof callOf>, share: number) =>
    callOf('add', inputOf(from), callOf('mul', callOf('sub', to, inputOf(from)), numberOf(share)));
  const [mean, square] = [approach(1, inputOf(3), 0.1), approach(2, callOf('square', inputOf(3)), 0.01)];
  const divisor = callOf('add', callOf('sqrt', square), numberOf(1e-7));
  const step = callOf('sub', inputOf(0), callOf('div', callOf('mul', mean, inputOf(4)), divisor));
  const [w2, m2, v2] = builder.emit('mapMany', [w, m, v, gradient, rate], { exprs: [step, mean, square] });
  builder.update(w, w2!);
  builder.update(m, m2!);
  builder.update(v, v2!);
  // not of the forms that chains have
  const others = [
    callOf('sub', callOf('div', inputOf(0), callOf('add', callOf('sqrt', inputOf(1)), inputOf(2))), inputOf(0)),
    callOf('sub', inputOf(0), callOf('div', callOf('add', callOf('sqrt', inputOf(1)), inputOf(2)), inputOf(0))),
    callOf('add', inputOf(0), callOf('mul', callOf('sub', inputOf(0), inputOf(1)), inputOf(2))),
  ];
  const outputs = others.map((expression) => builder.map(expression, gradient, v2!, m2!));
  const state = [numbers(size), numbers(size, 2), numbers(size, 3).map(Math.abs)];
  checkProgram(executor, builder.build(outputs), [numbers(size, 4), Float32Array.of(0.01)], { state });
});

describe.each([
  [[40, 3], [0]],
  [[40, 3], [1]],
  [[1300], [0]],
  [[3, 1300], [1]],
  [[3, 1300], [0]],
  [[1300, 3], [0]],
  [[700, 70], [0]],
  [
    [5, 6, 7],
    [0, 2],
  ],
  [[5, 6, 7], [1]],
  [
    [5, 6, 7],
    [0, 1],
  ],
  [[5, 3], []],
])('reduce %j along %j', (shape, axes) => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  test.each(['sum', 'mean', 'max', 'min', 'prod'] as const)('%s of floats', (kind) => {
    const data = kind === 'prod' ? numbers(size).map((x) => 1 + x / 100) : numbers(size);
    const x = { shape, data };
    check(executor, { x }, (builder, [x]) => [builder.reduce(kind, x!, axes)], { tolerance: 2e-7 });
  });

  test.each(['any', 'all', 'sum', 'max'] as const)('%s of bool and integers', (kind) => {
    const x = { shape, data: Uint8Array.from(numbers(size), (value) => Number(value > 1.9)) };
    const y = { shape, data: Uint8Array.from(numbers(size), (value) => Number(value > -1.9)) };
    const n = { shape, data: Int32Array.from(numbers(size), (value) => 1000 * value) };
    check(executor, { x, y, n }, (builder, [x, y, n]) => [
      builder.reduce(kind, x!, axes),
      builder.reduce(kind, y!, axes),
      ...(kind === 'sum' || kind === 'max' ? [builder.reduce(kind, n!, axes)] : []),
    ]);
  });

  test('of an expression', () => {
    const x = { shape, data: numbers(size) };
    const y = { shape: shape.slice(-1), data: numbers(shape.at(-1)!, 2) };
    check(
      executor,
      { x, y },
      (builder, ids) =>
        builder.emit('reduce', ids, { kind: 'sum', axes, expr: callOf('squaredDifference', inputOf(0), inputOf(1)) }),
      { tolerance: 2e-7 },
    );
  });
});

test('extremes keep NaN', () => {
  const data = numbers(60);
  data[17] = Number.NaN;
  const x = { shape: [6, 10], data };
  check(executor, { x }, (builder, [x]) =>
    ['max', 'min'].flatMap((kind) => [builder.reduce(kind, x!, [1]), builder.reduce(kind, x!, [0])]),
  );
});

test.each([
  [3, 10],
  [2, 3, 4],
  [1, 1],
  [4, 1003],
  [0, 3],
  [32, 10],
])('softmax of %j', (...shape) => {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const data = numbers(size).map((x) => x * 10);
  if (size > 20) data.fill(Number.NEGATIVE_INFINITY, 1, 4);
  check(
    executor,
    { x: { shape, data } },
    (builder, [x]) => [...builder.emit('softmax', [x!]), ...builder.emit('logSoftmax', [x!])],
    { tolerance: 2e-7 },
  );
});
