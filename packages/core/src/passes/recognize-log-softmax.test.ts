import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { recognizeLogSoftmax } from './recognize-log-softmax.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

const STEPS = {
  maximum: '%1: float32[4] = reduce(%0) {kind="max", axes=[1]}',
  column: '%2: float32[4,1] = reshape(%1) {shape=[4, 1]}',
  shifted: '%3: float32[4,3] = map(%0, %2) { sub(a, b) }',
  exponentials: '%4: float32[4,3] = map(%3) { exp(a) }',
  sum: '%5: float32[4] = reduce(%4) {kind="sum", axes=[1]}',
  sumColumn: '%6: float32[4,1] = reshape(%5) {shape=[4, 1]}',
  logs: '%7: float32[4,1] = map(%6) { log(a) }',
  result: '%8: float32[4,3] = map(%3, %7) { sub(a, b) }',
};

const written = (changes: Partial<typeof STEPS> = {}) =>
  parse(`program(%0 "x": float32[4,3]) { ${Object.values({ ...STEPS, ...changes }).join('\n')} return %8 }`);

test('it fires', () => {
  const before = written();
  const after = recognizeLogSoftmax.run(before);
  expect(print(after)).toMatchInlineSnapshot(`
    "program(%0 "x": float32[4,3]) {
      %8: float32[4,3] = logSoftmax(%0)
      return %8
    }"
  `);
  for (let seed = 1; seed < 200; seed++) expectSameMeaning(before, after, seed);
});

test('the logarithm may be taken before the reshape', () => {
  const before = written({
    sumColumn: '%6: float32[4] = map(%5) { log(a) }',
    logs: '%7: float32[4,1] = reshape(%6) {shape=[4, 1]}',
  });
  const after = recognizeLogSoftmax.run(before);
  expect(after.instructions.map(({ primitive }) => primitive)).toEqual(['logSoftmax']);
  expectSameMeaning(before, after);
});

test.each([
  ['the maximum is a minimum', { maximum: '%1: float32[4] = reduce(%0) {kind="min", axes=[1]}' }],
  ['the sum is a mean', { sum: '%5: float32[4] = reduce(%4) {kind="mean", axes=[1]}' }],
  ['other exponentials are summed', { sum: '%5: float32[4] = reduce(%3) {kind="sum", axes=[1]}' }],
  ['the base is another', { logs: '%7: float32[4,1] = map(%6) { log1p(a) }' }],
  ['the difference is turned', { result: '%8: float32[4,3] = map(%3, %7) { sub(b, a) }' }],
  [
    'the sum is one of a row',
    { column: '%9: float32[1,4] = reshape(%1) {shape=[1, 4]} %2: float32[4,1] = transpose(%9) {perm=[1, 0]}' },
  ],
])('nothing changes where %s', (_, changes) => {
  const before = written(changes);
  expect(recognizeLogSoftmax.run(before)).toBe(before);
});
