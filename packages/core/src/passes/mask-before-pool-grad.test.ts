import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { maskBeforePoolGrad } from './mask-before-pool-grad.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

const WINDOWS = 'strides=[2, 2], dilations=[1, 1], pads=[[0, 0], [0, 0]]';

/** A layer of maxima after `relu`, and its gradient, as the tape writes it. */
const text = `
  program(%0 "x": float32[2,5,4,3], %1 "dy": float32[2,2,2,3]) {
    %2: float32[2,5,4,3] = map(%0) { relu(a) }
    %3: float32[2,2,2,3] = pool(%2) {kind="max", window=[2, 2], ${WINDOWS}}
    %4: float32[2,5,4,3] = poolGrad(%1, %2) {kind="max", window=[2, 2], ${WINDOWS}}
    %5: float32[2,5,4,3] = map(%2) { step(a, 0) }
    %6: float32[2,5,4,3] = map(%4, %5) { mul(a, b) }
    return %3, %6
  }`;
const program = parse(text);

test('the gradient is masked where it is small', () => {
  expect(print(maskBeforePoolGrad.run(program))).toMatchInlineSnapshot(`
    "program(%0 "x": float32[2,5,4,3], %1 "dy": float32[2,2,2,3]) {
      %2: float32[2,5,4,3] = map(%0) { relu(a) }
      %3: float32[2,2,2,3] = pool(%2) {kind="max", window=[2, 2], strides=[2, 2], dilations=[1, 1], pads=[[0, 0], [0, 0]]}
      %7: float32[2,2,2,3] = map(%3) { step(a, 0) }
      %8: float32[2,2,2,3] = map(%1, %7) { mul(a, b) }
      %6: float32[2,5,4,3] = poolGrad(%8, %2) {kind="max", window=[2, 2], strides=[2, 2], dilations=[1, 1], pads=[[0, 0], [0, 0]]}
      return %3, %6
    }"
  `);
});

test.each([
  ['relu(f32(i32(a)))', 'step(a, 0)'],
  ['f32(i32(a))', 'step(a, 0.5)'],
])('the result is the same after %s, but for NaN and the signs of zeros', (activation, sign) => {
  const result = '%7: float32[2,5,4,3] = map(%6) { add(a, 0) }\n return %3, %7';
  const changed = text.replace('relu(a)', activation).replace('step(a, 0)', sign).replace('return %3, %6', result);
  const before = parse(changed);
  expect(maskBeforePoolGrad.run(before)).not.toBe(before);
  expectSameMeaning(before, maskBeforePoolGrad.run(before));
});

test.each([
  ['the factor is more than a sign', 'step(a, 0)', 'square(a)'],
  ['the gradient is squared', 'mul(a, b)', 'mul(a, a)'],
  ['the factor is added', 'mul(a, b)', 'add(a, b)'],
  ['the sign is of something else', 'map(%2) { step', 'map(%0) { step'],
  ['the gradient is needed too', 'return %3', 'return %4'],
  ['the maxima are of other windows', 'pool(%2) {kind="max", window=[2, 2]', 'pool(%2) {kind="max", window=[1, 2]'],
  ['the maxima are means', 'pool(%2) {kind="max"', 'pool(%2) {kind="avg"'],
])('nothing changes when %s', (_, from, to) => {
  const changed = text.replace(from, to);
  const before = parse(changed);
  expect(changed).not.toBe(text);
  expect(maskBeforePoolGrad.run(before)).toBe(before);
});

test('nothing changes when the maxima are as many as the elements', () => {
  const dense = `
    program(%0 "x": float32[1,2,2,1], %1 "dy": float32[1,2,2,1]) {
      %2: float32[1,2,2,1] = pool(%0) {kind="max", window=[2, 2], strides=[1, 1], dilations=[1, 1], pads=[[0, 1], [0, 1]]}
      %3: float32[1,2,2,1] = poolGrad(%1, %0) {kind="max", window=[2, 2], strides=[1, 1], dilations=[1, 1], pads=[[0, 1], [0, 1]]}
      %4: float32[1,2,2,1] = map(%0) { step(a, 0) }
      %5: float32[1,2,2,1] = map(%3, %4) { mul(a, b) }
      return %2, %5
    }`;
  const before = parse(dense);
  expect(maskBeforePoolGrad.run(before)).toBe(before);
});
