import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { fuseReductions } from './fuse-reductions.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

describe('it fires', () => {
  test.each([
    [
      'a reduction computes what it reduces',
      `program(%0 "x": float32[4,2], %1 "y": float32[2]) {
        %2: float32[4,2] = map(%0, %1) { mul(a, b) }
        %3: float32[4] = reduce(%2) {kind="mean", axes=[1]}
        return %3
      }`,
      '%3: float32[4] = reduce(%0, %1) {kind="mean", axes=[1], expr=(mul(a, b))}',
    ],
    [
      'a reshape stands between',
      `program(%0 "x": float32[4,2], %1 "y": float32[2]) {
        %2: float32[4,2] = map(%0, %1) { exp(add(a, b)) }
        %3: float32[4,1,2] = reshape(%2) {shape=[4, 1, 2]}
        %4: float32[1,2] = reduce(%3) {kind="sum", axes=[0]}
        return %4
      }`,
      '%4: float32[1,2] = reduce(%5, %1) {kind="sum", axes=[0], expr=(exp(add(a, b)))}',
    ],
    [
      'it reduces an expression already',
      `program(%0 "x": float32[4]) {
        %1: float32[4] = map(%0) { exp(a) }
        %2: float32[] = reduce(%1, %0) {kind="sum", axes=[0], expr=(mul(a, b))}
        return %2
      }`,
      '%2: float32[] = reduce(%0) {kind="sum", axes=[0], expr=(mul(exp(a), a))}',
    ],
    [
      'what it reduces is larger than what it reads',
      `program(%0 "x": float32[2,1], %1 "y": float32[3]) {
        %2: float32[2,3] = map(%0, %1) { mul(a, b) }
        %3: float32[] = reduce(%2) {kind="max", axes=[0, 1]}
        return %3
      }`,
      '%3: float32[] = reduce(%0, %1) {kind="max", axes=[0, 1], expr=(mul(a, b))}',
    ],
    [
      'the dtype changes on the way',
      `program(%0 "x": float32[3]) {
        %1: bool[3] = map(%0) { gt(a, 1) }
        %2: int32[] = reduce(%1) {kind="sum", axes=[0]}
        return %2
      }`,
      '%2: int32[] = reduce(%0) {kind="sum", axes=[0], expr=(gt(a, 1))}',
    ],
    [
      'two reductions read what is cheap',
      `program(%0 "x": float32[3]) {
        %1: float32[3] = map(%0) { square(a) }
        %2: float32[] = reduce(%1) {kind="sum", axes=[0]}
        %3: float32[] = reduce(%1) {kind="max", axes=[0]}
        return %2, %3
      }`,
      '%3: float32[] = reduce(%0) {kind="max", axes=[0], expr=(square(a))}',
    ],
  ])('where %s', (_, text, expected) => {
    const before = parse(text);
    const after = fuseReductions.run(before);
    expect(print(after)).toContain(expected);
    expect(print(after)).not.toContain('map');
    expectSameMeaning(before, after);
  });
});

test.each([
  [
    'what is reduced is an output',
    `program(%0 "x": float32[2]) {
      %1: float32[2] = map(%0) { neg(a) }
      %2: float32[] = reduce(%1) {kind="sum", axes=[0]}
      return %2, %1
    }`,
  ],
  [
    'a product reads it too',
    `program(%0 "x": float32[2,2]) {
      %1: float32[2,2] = map(%0) { neg(a) }
      %2: float32[2] = reduce(%1) {kind="sum", axes=[0]}
      %3: float32[2,2] = dot(%1, %0) {transposeA=false, transposeB=false}
      return %2, %3
    }`,
  ],
  [
    'two reductions read what is not cheap',
    `program(%0 "x": float32[3]) {
      %1: float32[3] = map(%0) { exp(a) }
      %2: float32[] = reduce(%1) {kind="sum", axes=[0]}
      %3: float32[] = reduce(%1) {kind="max", axes=[0]}
      return %2, %3
    }`,
  ],
  [
    'a reshape mixes the axes of what is broadcast',
    `program(%0 "x": float32[2,3], %1 "y": float32[3]) {
      %2: float32[2,3] = map(%0, %1) { add(a, b) }
      %3: float32[3,2] = reshape(%2) {shape=[3, 2]}
      %4: float32[3] = reduce(%3) {kind="sum", axes=[1]}
      return %4
    }`,
  ],
])('nothing changes where %s', (_, text) => {
  const before = parse(text);
  expect(fuseReductions.run(before)).toBe(before);
});
