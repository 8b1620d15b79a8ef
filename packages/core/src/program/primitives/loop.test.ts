import { expect, test } from 'vitest';
import { evaluate, float32, floats, flopsOf, int32 } from '../../testing/primitive-check.ts';
import { costOf } from '../cost.ts';
import { interpret } from '../interpret.ts';
import { parse } from '../parse.ts';
import { inferTypes } from '../primitive.ts';
import { print } from '../print.ts';
import { verify } from '../verify.ts';
import { loop } from './loop.ts';

/** `sum' = sum + scale · x`, and as output of the step twice that sum. */
const BODY = parse(`program(%0 "sum": float32[2], %1 "x": float32[2], %2 "scale": float32[]) {
  %3: float32[] = constant 2
  %4: float32[2] = map(%0, %1, %2) { add(a, mul(b, c)) }
  %5: float32[2] = map(%4, %3) { mul(a, b) }
  return %4, %5
}`);

const attrsOf = (length: number, reverse = false) => ({ length, carries: 1, sequences: 1, reverse, body: BODY });
const sum = float32([2], [1, 2]);
const xs = float32([3, 2], [1, 10, 2, 20, 3, 30]);
const scale = float32([], [1]);

test('carries go from step to step, what steps give is stacked', () => {
  expect(evaluate('loop', [sum, xs, scale], attrsOf(3))).toEqual([
    float32([2], [7, 62]),
    float32([3, 2], [4, 24, 8, 64, 14, 124]),
  ]);
});

test('in reverse each step stands at its own place', () => {
  expect(evaluate('loop', [sum, xs, scale], attrsOf(3, true))).toEqual([
    float32([2], [7, 62]),
    float32([3, 2], [14, 124, 12, 104, 8, 64]),
  ]);
});

test('without steps the carries stay and the stacks are empty', () => {
  const [last, stack] = evaluate('loop', [sum, float32([0, 2], []), scale], attrsOf(0));
  expect([last, stack]).toEqual([sum, float32([0, 2], [])]);
});

test('carries may change places, and stay as they are', () => {
  const body = parse(`program(%0 "a": float32[2], %1 "b": float32[2], %2 "c": int32[]) {
  return %1, %0, %2, %2
}`);
  const attrs = { length: 3, carries: 3, sequences: 0, reverse: false, body };
  const [a, b, c] = [floats([2], 1), floats([2], 2), int32([], [7])];
  expect(evaluate('loop', [a, b, c], attrs)).toEqual([b, a, c, int32([3], [7, 7, 7])]);
});

test('a loop without carries is a map over its sequences', () => {
  const body = parse(`program(%0 "x": float32[2]) {
  %1: float32[2] = map(%0) { neg(a) }
  return %1
}`);
  const attrs = { length: 2, carries: 0, sequences: 1, reverse: false, body };
  expect(evaluate('loop', [float32([2, 2], [1, 2, 3, 4])], attrs)).toEqual([float32([2, 2], [-1, -2, -3, -4])]);
});

/** A loop in a loop, as text. */
const NESTED = `program(%0 "x": float32[2], %1 "seed": float32[2]) {
  %2: float32[2] = loop(%1, %0) {length=3, carries=1, sequences=0, reverse=false, body=program(%0 "outer": float32[2], %1 "x": float32[2]) {
    %2: float32[2], %3: float32[2,2] = loop(%0, %1) {length=2, carries=1, sequences=0, reverse=false, body=program(%0 "inner": float32[2], %1 "x": float32[2]) {
      %2: float32[2] = map(%0, %1) { add(a, b) }  # cell/Add
      return %2, %2
    }}
    return %2
  }}  # rnn/Loop
  return %2
}`;

test('a program with loops in loops is printed, read back, verified and run', () => {
  const program = parse(NESTED);
  expect(print(program)).toBe(NESTED);
  expect(verify(program)).toBeUndefined();
  const { outputs } = interpret(program, { inputs: { x: Float32Array.of(1, 2), seed: Float32Array.of(10, 20) } });
  expect(outputs).toEqual([float32([2], [16, 32])]);
});

test('the cost is that of the body for each step', () => {
  const types = [sum, xs, scale].map(({ type }) => type);
  expect(flopsOf('loop', types, attrsOf(3))).toBe(3 * 6);
  const { bytes } = loop.cost(types, attrsOf(3), inferTypes(loop, types, attrsOf(3)), costOf);
  expect(bytes).toBe(3 * costOf(BODY).bytes);
});

test.each([
  [[sum, xs], {}, '`inputs` must be the 3 of the body, 1 carries and 1 sequences among them. Received: 2.'],
  [[sum, floats([2, 2]), scale], {}, 'the input 1, "x" in the body, must be float32[3,2]. Received: float32[2,2].'],
  [[sum, xs, floats([1])], {}, 'the input 2, "scale" in the body, must be float32[]. Received: float32[1].'],
  [[sum, xs, scale], { length: -1 }, '`length` must be an integer of at least 0. Received: -1.'],
  [[sum, xs, scale], { sums: 2 }, '`sums` must be an integer from 0 to 1. Received: 2.'],
  [[sum, xs, scale], { body: 'x' }, '`body` must be a program.'],
  [[sum, xs, scale], { body: { ...BODY, outputs: [] } }, '`body` must be a program with at least 1 outputs.'],
  [
    [sum, xs, scale],
    { body: { ...BODY, outputs: [3] } },
    'the carry 0 is float32[2] before a step and float32[] after it.',
  ],
  [
    [sum, xs, scale],
    { body: { ...BODY, state: [{ name: 'w', kind: 'weight', input: 3, output: 3 }] } },
    '`body` must be a program without state.',
  ],
] as const)('what does not fit is refused: %#', (inputs, attrs, message) => {
  expect(() => evaluate('loop', inputs, { ...attrsOf(3), ...attrs } as never)).toThrow(message);
});

test('a body that breaks a rule is told with the instruction in it and the loops around it', () => {
  const broken = parse(NESTED.replace('map(%0, %1)', 'map(%0, %7)'));
  expect(() => verify(broken)).toThrow(
    'Illegal program: %7 is used before it is made.\n  %2: float32[2] = map(%0, %7) { add(a, b) }  # cell/Add\n  in %2: float32[2], %3: float32[2,2] = loop(%0, %1)',
  );
});
