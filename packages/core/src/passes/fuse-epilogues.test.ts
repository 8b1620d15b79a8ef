import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

const ATTRS = 'transposeA=false, transposeB=false';
const WINDOW = 'strides=[1, 1], dilations=[1, 1], pads=[[0, 0], [0, 0]]';

describe('it fires', () => {
  test.each([
    [
      'a bias and an activation follow a product',
      `program(%0 "x": float32[4,3], %1 "w": float32[3,2], %2 "bias": float32[2]) {
        %3: float32[4,2] = dot(%0, %1) {${ATTRS}}
        %4: float32[4,2] = map(%3, %2) { relu(add(a, b)) }
        return %4
      }`,
      `%4: float32[4,2] = dot(%0, %1, %2) {${ATTRS}, epilogue=(relu(add(a, b)))}`,
    ],
    [
      'the map reads the product in another place, and twice',
      `program(%0 "x": float32[4,3], %1 "w": float32[3,2], %2 "rate": float32[]) {
        %3: float32[4,2] = dot(%0, %1) {${ATTRS}}
        %4: float32[4,2] = map(%2, %3) { mul(mul(b, b), a) }
        return %4
      }`,
      `%4: float32[4,2] = dot(%0, %1, %2) {${ATTRS}, epilogue=(mul(mul(a, a), b))}`,
    ],
    [
      'a bias follows a convolution',
      `program(%0 "x": float32[2,3,3,2], %1 "w": float32[2,2,2,3], %2 "bias": float32[3]) {
        %3: float32[2,2,2,3] = conv(%0, %1) {${WINDOW}}
        %4: float32[2,2,2,3] = map(%3, %2) { add(a, b) }
        return %4
      }`,
      `%4: float32[2,2,2,3] = conv(%0, %1, %2) {${WINDOW}, epilogue=(add(a, b))}`,
    ],
    [
      'the gradient of a convolution is masked',
      `program(%0 "dy": float32[2,2,2,3], %1 "w": float32[2,2,2,3], %2 "y": float32[2,3,3,2]) {
        %3: float32[2,3,3,2] = convInputGrad(%0, %1) {inputShape=[2, 3, 3, 2], ${WINDOW}}
        %4: float32[2,3,3,2] = map(%3, %2) { mul(a, step(b, 0)) }
        return %4
      }`,
      `%4: float32[2,3,3,2] = convInputGrad(%0, %1, %2) {inputShape=[2, 3, 3, 2], ${WINDOW}, epilogue=(mul(a, step(b, 0)))}`,
    ],
    [
      'a channel has its own filters',
      `program(%0 "x": float32[1,3,3,2], %1 "w": float32[2,2,2,1], %2 "bias": float32[2]) {
        %3: float32[1,2,2,2] = depthwiseConv(%0, %1) {${WINDOW}}
        %4: float32[1,2,2,2] = map(%3, %2) { clip(add(a, b), 0, 6) }
        return %4
      }`,
      `%4: float32[1,2,2,2] = depthwiseConv(%0, %1, %2) {${WINDOW}, epilogue=(clip(add(a, b), 0, 6))}`,
    ],
    [
      'a reshape stands between',
      `program(%0 "x": float32[4,3], %1 "w": float32[3,6], %2 "mask": float32[4,3,2], %3 "rate": float32[1,1,1]) {
        %4: float32[4,6] = dot(%0, %1) {${ATTRS}}
        %5: float32[4,3,2] = reshape(%4) {shape=[4, 3, 2]}
        %6: float32[4,3,2] = map(%5, %2, %3) { mul(a, mul(b, c)) }
        return %6
      }`,
      `%9: float32[4,6] = dot(%0, %1, %7, %8) {${ATTRS}, epilogue=(mul(a, mul(b, c)))}`,
    ],
    [
      'two products are added: the second adds',
      `program(%0 "x": float32[4,3], %1 "w": float32[3,2], %2 "u": float32[3,2]) {
        %3: float32[4,2] = dot(%0, %1) {${ATTRS}}
        %4: float32[4,2] = dot(%0, %2) {${ATTRS}}
        %5: float32[4,2] = map(%3, %4) { add(a, b) }
        return %5
      }`,
      `%5: float32[4,2] = dot(%0, %2, %3) {${ATTRS}, epilogue=(add(b, a))}`,
    ],
    [
      'there is an epilogue already',
      `program(%0 "x": float32[4,3], %1 "w": float32[3,2], %2 "bias": float32[2]) {
        %3: float32[4,2] = dot(%0, %1, %2) {${ATTRS}, epilogue=(add(a, b))}
        %4: float32[4,2] = map(%3, %2) { mul(a, b) }
        return %4
      }`,
      `%4: float32[4,2] = dot(%0, %1, %2) {${ATTRS}, epilogue=(mul(add(a, b), b))}`,
    ],
  ])('where %s', (_, text, expected) => {
    const before = parse(text);
    const after = fuseEpilogues.run(before);
    expect(print(after)).toContain(expected);
    expect(print(after)).not.toContain('map');
    expectSameMeaning(before, after);
  });
});

const plain = (instructions: string, result: string): string => `
  program(%0 "x": float32[4,3], %1 "w": float32[3,2], %2 "column": float32[4,1], %7 "cube": float32[3,4,2], %8 "row": float32[4]) {
    %3: float32[4,2] = dot(%0, %1) {${ATTRS}}
    ${instructions}
    return ${result}
  }`;

test.each([
  ['the product is an output', '%4: float32[4,2] = map(%3) { relu(a) }', '%3, %4'],
  ['two maps read it', '%4: float32[4,2] = map(%3) { relu(a) } %5: float32[4,2] = map(%3) { exp(a) }', '%4, %5'],
  ['the map adds a column', '%4: float32[4,2] = map(%3, %2) { add(a, b) }', '%4'],
  [
    'the map broadcasts it',
    '%5: float32[1,4,2] = reshape(%3) {shape=[1, 4, 2]} %6: float32[3,4,2] = map(%5, %7) { add(a, b) }',
    '%6',
  ],
  ['the result is no float32', '%4: bool[4,2] = map(%3) { gt(a, 0) }', '%4'],
  [
    'a row of the map is not one of the product',
    '%5: float32[2,4] = reshape(%3) {shape=[2, 4]} %6: float32[2,4] = map(%5, %8) { add(a, b) }',
    '%6',
  ],
])('nothing changes where %s', (_, instructions, result) => {
  const before = parse(plain(instructions, result));
  expect(fuseEpilogues.run(before)).toBe(before);
});

test('it comes from where the product does', () => {
  const program = parse(`program(%0 "dy": float32[4,3], %1 "w": float32[3,2], %2 "y": float32[4,2]) {
    %3: float32[4,2] = dot(%0, %1) {${ATTRS}}  # gradient of second/BatchMatMul
    %4: float32[4,2] = map(%3, %2) { mul(a, step(b, 0)) }  # gradient of first/Multiply
    return %4
  }`);
  const { instructions } = fuseEpilogues.run(program);
  expect(instructions.map(({ origin }) => origin)).toEqual(['gradient of second/BatchMatMul']);
});

test('products of integers are left alone', () => {
  const before = parse(`
    program(%0 "x": int32[2,2]) {
      %1: int32[2,2] = dot(%0, %0) {${ATTRS}}
      %2: float32[2,2] = map(%1) { f32(a) }
      return %2
    }`);
  expect(fuseEpilogues.run(before)).toBe(before);
});
