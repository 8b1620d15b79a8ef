import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { fuseElementwise } from './fuse-elementwise.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** A bias, a scale from a constant, an activation. */
const chain = parse(`
  program(%0 "x": float32[4,2], %1 "bias": float32[2]) {
    %2: float32[] = constant 0.5
    %3: float32[4,2] = map(%0, %1) { add(a, b) }
    %4: float32[4,2] = map(%3, %2) { mul(a, b) }
    %5: float32[4,2] = map(%4) { tanh(a) }
    return %5
  }`);

/** The update of SGD with momentum: the velocity is a state, so it is written; what leads to it is not. */
const momentum = parse(`
  program(%0 "gradient": float32[3]) state(%1 "w": weight float32[3] -> %6, %2 "velocity": optimizer float32[3] -> %5) {
    %3: float32[3] = map(%2) { mul(a, 0.9) }
    %4: float32[3] = map(%0) { mul(a, 0.01) }
    %5: float32[3] = map(%3, %4) { sub(a, b) }
    %6: float32[3] = map(%1, %5) { add(a, b) }
    return
  }`);

/** Both maps read the sum, and the sum is cheap; then nobody else does. */
const shared = parse(`
  program(%0 "x": float32[4,2], %1 "bias": float32[2], %2 "dy": float32[4,2]) {
    %3: float32[4,2] = map(%0, %1) { add(a, b) }
    %4: float32[4,2] = map(%3) { relu(a) }
    %5: float32[4,2] = map(%3, %2) { mul(step(a, 0), b) }
    return %4, %5
  }`);

describe('it fires', () => {
  test('a chain of maps is one', () => {
    expect(print(fuseElementwise.run(chain))).toMatchInlineSnapshot(`
      "program(%0 "x": float32[4,2], %1 "bias": float32[2]) {
        %5: float32[4,2] = map(%0, %1) { tanh(mul(add(a, b), 0.5)) }
        return %5
      }"
    `);
  });

  test('a state that is read later is written once', () => {
    expect(print(fuseElementwise.run(momentum))).toMatchInlineSnapshot(`
      "program(%0 "gradient": float32[3]) state(%1 "w": weight float32[3] -> %6, %2 "velocity": optimizer float32[3] -> %5) {
        %5: float32[3] = map(%2, %0) { sub(mul(a, 0.9), mul(b, 0.01)) }
        %6: float32[3] = map(%1, %5) { add(a, b) }
        return
      }"
    `);
  });

  test('a cheap map is computed in each map that reads it', () => {
    expect(print(fuseElementwise.run(shared))).toMatchInlineSnapshot(`
      "program(
          %0 "x": float32[4,2],
          %1 "bias": float32[2],
          %2 "dy": float32[4,2]
        ) {
        %4: float32[4,2] = map(%0, %1) { relu(add(a, b)) }
        %5: float32[4,2] = map(%2, %0, %1) { mul(step(add(b, c), 0), a) }
        return %4, %5
      }"
    `);
  });

  test('a broadcast is what a map does anyway', () => {
    const before = parse(`
      program(%0 "dy": float32[], %1 "x": float32[4,2]) {
        %2: float32[4,2] = broadcast(%0) {shape=[4, 2]}
        %3: float32[4,2] = map(%2, %1) { mul(a, b) }
        return %3
      }`);
    const after = fuseElementwise.run(before);
    expect(print(after)).toMatchInlineSnapshot(`
      "program(%0 "dy": float32[], %1 "x": float32[4,2]) {
        %3: float32[4,2] = map(%0, %1) { mul(a, b) }
        return %3
      }"
    `);
    expectSameMeaning(before, after);
  });

  test('a reshape between two maps is one of what the first reads', () => {
    const before = parse(`
      program(%0 "x": float32[4], %1 "y": float32[4,2]) {
        %2: float32[4] = map(%0) { neg(a) }
        %3: float32[4,1] = reshape(%2) {shape=[4, 1]}
        %4: float32[4,2] = map(%3, %1) { add(a, b) }
        return %4
      }`);
    const after = fuseElementwise.run(before);
    expect(print(after)).toMatchInlineSnapshot(`
      "program(%0 "x": float32[4], %1 "y": float32[4,2]) {
        %5: float32[4,1] = reshape(%0) {shape=[4, 1]}
        %4: float32[4,2] = map(%1, %5) { sub(a, b) }
        return %4
      }"
    `);
    expectSameMeaning(before, after);
  });

  test('a smaller map that is cheap is computed for each element', () => {
    const before = parse(`
      program(%0 "mean": float32[2], %1 "x": float32[4,2]) {
        %2: float32[2] = map(%0) { neg(a) }
        %3: float32[4,2] = map(%1, %2) { max(a, b) }
        return %3
      }`);
    const after = fuseElementwise.run(before);
    expect(print(after)).toContain('map(%1, %0) { max(a, neg(b)) }');
    expectSameMeaning(before, after);
  });
});

test.each([chain, momentum, shared])('the result is the same, bit for bit (%#)', (before) => {
  expectSameMeaning(before, fuseElementwise.run(before));
});

test.each([
  [
    'the inner map is an output',
    `program(%0 "x": float32[2]) {
      %1: float32[2] = map(%0) { neg(a) }
      %2: float32[2] = map(%1) { exp(a) }
      return %2, %1
    }`,
  ],
  [
    'the inner map is read twice and not cheap',
    `program(%0 "x": float32[2]) {
      %1: float32[2] = map(%0) { exp(a) }
      %2: float32[2] = map(%1) { neg(a) }
      %3: float32[2] = map(%1) { sqrt(a) }
      return %2, %3
    }`,
  ],
  [
    'the inner map is needed in memory anyway',
    `program(%0 "x": float32[2]) {
      %1: float32[2] = map(%0) { relu(a) }
      %2: float32[2] = map(%1) { exp(a) }
      %3: float32[2] = softmax(%1)
      return %2, %3
    }`,
  ],
  [
    'a product can compute the inner map',
    `program(%0 "x": float32[2,2], %1 "bias": float32[2]) {
      %2: float32[2,2] = dot(%0, %0) {transposeA=false, transposeB=false}
      %3: float32[2,2] = map(%2, %1) { add(a, b) }
      %4: float32[2,2] = map(%3) { exp(a) }
      %5: float32[2,2] = map(%3) { sqrt(a) }
      return %4, %5
    }`,
  ],
  [
    'the inner map is smaller and not cheap',
    `program(%0 "variance": float32[2], %1 "x": float32[4,2]) {
      %2: float32[2] = map(%0) { rsqrt(a) }
      %3: float32[4,2] = map(%1, %2) { mul(a, b) }
      return %3
    }`,
  ],
  [
    'many rows read a smaller map',
    `program(%0 "mean": float32[256], %1 "x": float32[128,256]) {
      %2: float32[256] = map(%0) { neg(a) }
      %3: float32[128,256] = map(%1, %2) { max(a, b) }
      return %3
    }`,
  ],
  [
    'a reshape mixes the axes of what is broadcast',
    `program(%0 "x": float32[2,3], %1 "row": float32[3]) {
      %2: float32[2,3] = map(%0, %1) { add(a, b) }
      %3: float32[3,2] = reshape(%2) {shape=[3, 2]}
      %4: float32[3,2] = map(%3) { exp(a) }
      return %4
    }`,
  ],
  [
    'something else stands between',
    `program(%0 "x": float32[2,2]) {
      %1: float32[2,2] = map(%0) { neg(a) }
      %2: float32[2,2] = transpose(%1) {perm=[1, 0]}
      %3: float32[2,2] = map(%2) { exp(a) }
      return %3
    }`,
  ],
])('nothing changes when %s', (_, text) => {
  const before = parse(text);
  expect(fuseElementwise.run(before)).toBe(before);
});

test('a map that would read or compute too much is left apart', () => {
  const ids = Array.from({ length: 20 }, (_, i) => i);
  const inputs = ids.map((i) => `%${i} "x${i}": float32[2]`).join(', ');
  const sums = ids.slice(1).map((i) => `%${19 + i}: float32[2] = map(%${i === 1 ? 0 : 18 + i}, %${i}) { add(a, b) }`);
  const before = parse(`program(${inputs}) { ${sums.join('\n')} return %38 }`);
  const after = fuseElementwise.run(before);
  expect(after.instructions.map(({ inputs: read }) => read.length)).toEqual([12, 9]);
  expectSameMeaning(before, after);
});
