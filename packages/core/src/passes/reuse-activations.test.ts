import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { reuseActivations } from './reuse-activations.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** A layer and its gradient, as the tape writes it. */
const program = parse(`
  program(%0 "x": float32[4,2], %1 "bias": float32[2], %2 "dy": float32[4,2]) {
    %3: float32[4,2] = map(%0, %1) { add(a, b) }
    %4: float32[4,2] = map(%3) { relu(a) }
    %5: float32[4,2] = map(%3) { step(a, 0) }
    %6: float32[4,2] = map(%2, %5) { mul(a, b) }
    %7: bool[4,2] = map(%3) { gt(a, 0) }
    return %4, %6, %7
  }`);

test('the gradient reads the activation', () => {
  expect(print(reuseActivations.run(program))).toMatchInlineSnapshot(`
    "program(
        %0 "x": float32[4,2],
        %1 "bias": float32[2],
        %2 "dy": float32[4,2]
      ) {
      %3: float32[4,2] = map(%0, %1) { add(a, b) }
      %4: float32[4,2] = map(%3) { relu(a) }
      %5: float32[4,2] = map(%4) { step(a, 0) }
      %6: float32[4,2] = map(%2, %5) { mul(a, b) }
      %7: bool[4,2] = map(%4) { gt(a, 0) }
      return %4, %6, %7
    }"
  `);
});

test('the result is the same, bit for bit', () => {
  expectSameMeaning(program, reuseActivations.run(program));
  const relu6 = parse(print(program).replace('relu(', 'relu6('));
  expect(reuseActivations.run(relu6)).not.toBe(relu6);
  expectSameMeaning(relu6, reuseActivations.run(relu6));
});

test.each([
  ['another activation may turn the sign', 'relu(a)', 'neg(a)'],
  ['the value itself is read, not its sign', 'step(a, 0)', 'square(a)'],
  ['the sign is of something else', 'step(a, 0)', 'step(exp(a), 0)'],
  ['it is compared with another number', 'step(a, 0)', 'f32(gt(a, 1))'],
])('nothing changes when %s', (_, from, to) => {
  const before = parse(print(program).replace(from, to).replace('gt(a, 0)', 'gt(a, 2)'));
  expect(reuseActivations.run(before)).toBe(before);
});

test('nothing changes when the activation comes later', () => {
  const before = parse(`
    program(%0 "x": float32[2]) {
      %1: float32[2] = map(%0) { step(a, 0) }
      %2: float32[2] = map(%0) { relu(a) }
      return %1, %2
    }`);
  expect(reuseActivations.run(before)).toBe(before);
});

test('nothing changes when the activation repeats what it reads', () => {
  const before = parse(`
    program(%0 "x": float32[], %1 "y": float32[2]) {
      %2: float32[2] = map(%0, %1) { relu(a) }
      %3: float32[] = map(%0) { step(a, 0) }
      return %2, %3
    }`);
  expect(reuseActivations.run(before)).toBe(before);
});
