import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { liveness } from './liveness.ts';

test('a value lives from its making to its last read; outputs and new states to the end', () => {
  const program = parse(`
    program(%0 "x": float32[2], %1 "unused": float32[]) state(%2 "w": weight float32[2] -> %6) {
      %3: float32[2] = map(%0) { neg(a) }
      %4: float32[2] = map(%3) { exp(a) }
      %5: float32[2] = map(%3, %4) { add(a, b) }
      %6: float32[2] = map(%2, %5) { sub(a, b) }
      return %4
    }`);
  expect(Object.fromEntries(liveness(program).lifetimes)).toEqual({
    0: { from: -1, to: 0 },
    1: { from: -1, to: -1 },
    2: { from: -1, to: 3 },
    3: { from: 0, to: 2 },
    4: { from: 1, to: 4 },
    5: { from: 2, to: 3 },
    6: { from: 3, to: 4 },
  });
});

test('a reshape is a view: it lives in the storage of its input and keeps it alive', () => {
  const program = parse(`
    program(%0 "x": float32[2,3]) {
      %1: float32[2,3] = map(%0) { neg(a) }
      %2: float32[6] = reshape(%1) {shape=[6]}
      %3: float32[3,2] = reshape(%2) {shape=[3, 2]}
      %4: float32[3,2] = map(%3) { exp(a) }
      return %4
    }`);
  const { storageOf, lifetimes } = liveness(program);
  expect([storageOf(2), storageOf(3)]).toEqual([1, 1]);
  expect(lifetimes.get(1)).toEqual({ from: 0, to: 3 });
  expect(lifetimes.has(3)).toBe(false);
});

describe('a state is written in place', () => {
  const places = (state: string, instructions: string, outputs = '') => [
    ...liveness(parse(`program(%0 "x": float32[2,2]) state(${state}) { ${instructions} return ${outputs} }`))
      .statesInPlace,
  ];
  const W = '%1 "w": weight float32[2,2] -> %3';

  test.each([
    ['a map reads and writes the same elements', '%3: float32[2,2] = map(%1, %0) { sub(a, b) }'],
    [
      'all reads come before',
      '%2: float32[2,2] = map(%1) { neg(a) } %3: float32[2,2] = dot(%2, %0) {transposeA=false, transposeB=false}',
    ],
    ['it is not read', '%3: float32[2,2] = dot(%0, %0) {transposeA=false, transposeB=false}'],
  ])('when %s', (_, instructions) => {
    expect(places(W, instructions)).toEqual([0]);
  });

  test.each([
    ['it is read later', '%3: float32[2,2] = map(%1, %0) { sub(a, b) } %4: float32[2,2] = map(%1) { neg(a) }', '%4'],
    ['it is an output', '%3: float32[2,2] = map(%1, %0) { sub(a, b) }', '%1'],
    ['a product reads all of it', '%3: float32[2,2] = dot(%1, %0) {transposeA=false, transposeB=false}', ''],
    [
      'a view of it is read later',
      '%2: float32[4] = reshape(%1) {shape=[4]} %3: float32[2,2] = map(%1) { neg(a) } %4: float32[4] = map(%2) { neg(a) }',
      '%4',
    ],
    [
      'the new value is an input',
      '%2: float32[4] = reshape(%0) {shape=[4]} %3: float32[2,2] = reshape(%2) {shape=[2, 2]}',
      '',
    ],
  ])('but not when %s', (_, instructions, outputs) => {
    expect(places(W, instructions, outputs)).toEqual([]);
  });

  test('when a mapMany reads and writes the same elements, of several states', () => {
    const [v, w] = ['%1 "v": weight float32[2,2] -> %3', '%2 "w": weight float32[2,2] -> %4'];
    expect(
      places(`${v}, ${w}`, '%3: float32[2,2], %4: float32[2,2] = mapMany(%1, %2, %0) { add(a, c), sub(b, a) }'),
    ).toEqual([0, 1]);
    const flags = '%1 "v": weight bool[2,2] -> %3, %2 "w": weight float32[2,2] -> %4';
    expect(places(flags, '%3: bool[2,2], %4: float32[2,2] = mapMany(%1, %2) { not(a), select(a, b, 0) }')).toEqual([
      0, 1,
    ]);
  });

  test('when rows are updated, but not over what is added to them', () => {
    const update = (inputs: string) =>
      `%3: float32[2,2] = updateRows(%5, ${inputs}) {size=2, sums=1, repeat=1, exprs=[(add(a, b))]}`;
    const ids = '%5: int32[2] = iota() {shape=[2], axis=0}';
    expect(places(W, `${ids} ${update('%0, %1')}`)).toEqual([0]);
    expect(places(W, `${ids} ${update('%1, %0')}`)).toEqual([]);
    expect(places(W, `${ids} ${update('%1, %1')}`)).toEqual([]);
  });

  test('but not twice by one value, nor when two states change places', () => {
    const twice = '%1 "v": weight float32[2,2] -> %3, %2 "w": weight float32[2,2] -> %3';
    expect(places(twice, '%3: float32[2,2] = map(%0) { neg(a) }')).toEqual([0]);
    expect(places('%1 "v": weight float32[2,2] -> %2, %2 "w": weight float32[2,2] -> %1', '')).toEqual([]);
  });

  test('but not when a map reads it in another order', () => {
    const row = '%1 "w": weight float32[1,2] -> %3';
    const broadcast =
      '%2: float32[2,1] = reshape(%1) {shape=[2, 1]} %3: float32[1,2] = slice(%4) {begin=[0, 0], size=[1, 2], strides=[1, 1]}';
    expect(places(row, `%4: float32[2,2] = map(%1, %0) { add(a, b) } ${broadcast}`)).toEqual([0]);
    expect(
      places(
        row,
        `%4: float32[2,2] = map(%1, %0) { add(a, b) } ${broadcast} %5: float32[2,1] = map(%2) { neg(a) }`,
        '%5',
      ),
    ).toEqual([]);
  });
});
