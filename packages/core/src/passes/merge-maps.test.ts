import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { verify } from '../program/verify.ts';
import { liveness } from './liveness.ts';
import { mergeMaps } from './merge-maps.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** An optimizer with two moments; other instructions stand between. */
const adam = parse(`
  program(%0 "dy": float32[1100]) state(
    %1 "w": weight float32[1100] -> %7,
    %2 "m": optimizer float32[1100] -> %4,
    %3 "v": optimizer float32[1100] -> %6
  ) {
    %4: float32[1100] = map(%2, %0) { add(a, mul(b, 0.1)) }
    %5: float32[] = reduce(%0) {kind="sum", axes=[0]}
    %6: float32[1100] = map(%3, %0) { add(a, square(b)) }
    %7: float32[1100] = map(%1, %4, %6) { sub(a, div(b, sqrt(c))) }
    return %5
  }`);

/** Counters of metrics. */
const counters = parse(`
  program(%0 "x": float32[2]) state(%1 "n": counter int32[] -> %4, %2 "sum": metric float32[] -> %6, %3 "all": metric float32[] -> %7) {
    %4: int32[] = map(%1) { add(a, 1) }
    %5: float32[] = reduce(%0) {kind="sum", axes=[0]}
    %6: float32[] = map(%2, %5) { add(a, b) }
    %7: float32[] = map(%3) { add(a, 2) }
    return
  }`);

/** The exponential is needed by both, and by nobody else. */
const shared = parse(`
  program(%0 "x": float32[3], %1 "y": float32[3]) {
    %2: float32[3] = map(%0) { exp(a) }
    %3: float32[3] = map(%2, %1) { add(a, b) }
    %4: float32[3] = map(%1, %2) { div(a, b) }
    return %3, %4
  }`);

describe('it fires', () => {
  test('maps that read one gradient, and the map that reads what they make', () => {
    expect(print(mergeMaps.run(adam))).toMatchInlineSnapshot(`
      "program(%0 "dy": float32[1100]) state(
          %1 "w": weight float32[1100] -> %7,
          %2 "m": optimizer float32[1100] -> %4,
          %3 "v": optimizer float32[1100] -> %6
        ) {
        %5: float32[] = reduce(%0) {kind="sum", axes=[0]}
        %4: float32[1100], %6: float32[1100], %7: float32[1100] = mapMany(%2, %0, %3, %1) { add(a, mul(b, 0.1)), add(c, square(b)), sub(d, div(add(a, mul(b, 0.1)), sqrt(add(c, square(b))))) }
        return %5
      }"
    `);
  });

  test('all three states are still written in place', () => {
    expect(liveness(mergeMaps.run(adam)).statesInPlace).toEqual(new Set([0, 1, 2]));
  });

  test('small updates of states that share nothing', () => {
    expect(print(mergeMaps.run(counters))).toMatchInlineSnapshot(`
      "program(%0 "x": float32[2]) state(
          %1 "n": counter int32[] -> %4,
          %2 "sum": metric float32[] -> %6,
          %3 "all": metric float32[] -> %7
        ) {
        %5: float32[] = reduce(%0) {kind="sum", axes=[0]}
        %4: int32[], %6: float32[], %7: float32[] = mapMany(%1, %2, %5, %3) { add(a, 1), add(b, c), add(d, 2) }
        return
      }"
    `);
  });

  test('a map joins two groups, which become one', () => {
    const before = parse(`
      program(%0 "g": float32[3], %1 "h": float32[3], %2 "w": float32[3]) {
        %3: float32[3] = map(%0) { neg(a) }
        %4: float32[3] = map(%1) { square(a) }
        %5: float32[3] = map(%2, %3, %4) { add(mul(a, b), c) }
        return %3, %4, %5
      }`);
    const after = mergeMaps.run(before);
    expect(print(after)).toContain('mapMany(%1, %0, %2) { square(a), neg(b), add(mul(c, neg(b)), square(a)) }');
    expectSameMeaning(before, after);
  });

  test('what only the group needs is not written', () => {
    expect(print(mergeMaps.run(shared))).toMatchInlineSnapshot(`
      "program(%0 "x": float32[3], %1 "y": float32[3]) {
        %3: float32[3], %4: float32[3] = mapMany(%0, %1) { add(exp(a), b), div(b, exp(a)) }
        return %3, %4
      }"
    `);
  });

  test('a group that is needed as a whole waits for what its members need', () => {
    const before = parse(`
      program(%0 "x": float32[2], %1 "y": float32[2]) {
        %2: float32[2] = map(%0) { neg(a) }
        %3: float32[2] = softmax(%2)
        %4: float32[2] = softmax(%1)
        %5: float32[2] = map(%0, %4) { add(a, b) }
        %6: float32[2] = softmax(%5)
        return %3, %6
      }`);
    const after = mergeMaps.run(before);
    expect(after.instructions.map(({ primitive }) => primitive)).toEqual(['softmax', 'mapMany', 'softmax', 'softmax']);
    verify(after);
    expectSameMeaning(before, after);
  });
});

test.each([adam, counters, shared])('the result is the same, bit for bit (%#)', (before) => {
  const after = mergeMaps.run(before);
  verify(after);
  expectSameMeaning(before, after);
});

test.each([
  [
    'another instruction stands between two maps',
    `program(%0 "x": float32[2]) {
      %1: float32[2] = map(%0) { neg(a) }
      %2: float32[2] = softmax(%1)
      %3: float32[2] = map(%0, %2) { add(a, b) }
      return %3
    }`,
  ],
  [
    'only a scalar is shared',
    `program(%0 "x": float32[2], %1 "y": float32[2], %2 "rate": float32[]) {
      %3: float32[2] = map(%0, %2) { mul(a, b) }
      %4: float32[2] = map(%1, %2) { mul(a, b) }
      return %3, %4
    }`,
  ],
  [
    'the shapes differ',
    `program(%0 "x": float32[2]) {
      %1: float32[2] = map(%0) { neg(a) }
      %2: float32[1,2] = reshape(%0) {shape=[1, 2]}
      %3: float32[1,2] = map(%2, %0) { exp(b) }
      return %1, %3
    }`,
  ],
])('nothing changes where %s', (_, text) => {
  const before = parse(text);
  expect(mergeMaps.run(before)).toBe(before);
});

test('of two groups that would need each other, one is merged', () => {
  const before = parse(`program(%0 "x": float32[2], %1 "y": float32[2,2]) {
      %2: float32[2] = map(%0) { neg(a) }
      %3: float32[2,2] = map(%1) { neg(a) }
      %4: float32[] = reduce(%2) {kind="sum", axes=[0]}
      %5: float32[] = reduce(%3) {kind="sum", axes=[0, 1]}
      %6: float32[2] = map(%0, %5) { add(a, b) }
      %7: float32[2,2] = map(%1, %4) { add(a, b) }
      return %6, %7
    }`);
  const after = mergeMaps.run(before);
  expect(after.instructions.filter(({ primitive }) => primitive === 'mapMany')).toHaveLength(1);
  expectSameMeaning(before, after);
});

test('a map that would read or compute too much is left apart', () => {
  const ids = Array.from({ length: 20 }, (_, i) => i);
  const inputs = ids.map((i) => `%${i} "x${i}": float32[1100]`).join(', ');
  const sums = ids.slice(1).map((i) => `%${19 + i}: float32[1100] = map(%0, %${i}) { add(a, b) }`);
  const before = parse(`program(${inputs}) { ${sums.join('\n')} return ${ids.slice(1).map((i) => `%${19 + i}`)} }`);
  const after = mergeMaps.run(before);
  expect(after.instructions.map(({ inputs: read }) => read.length)).toEqual([12, 9]);
  expectSameMeaning(before, after);
});
