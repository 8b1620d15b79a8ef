import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { repeatsOf, withoutRepeats } from './repeated-rows.ts';
import { rewrite } from './rewrite.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

const ROWS = 6;

/** The program `softmax(rows)` in which the rows are made without repeats; how often each stood there. */
function shrunk(instructions: string, type = 'float32[6,2]') {
  const before = parse(`
    program(%0 "x": float32[3,1,2], %1 "y": float32[3,2,2], %2 "row": float32[2], %3 "rows": float32[6,2]) {
      ${instructions}
      %20: ${type} = softmax(%10)
      return %20
    }`);
  let repeat = 0;
  const after = rewrite(before, [
    ({ primitive, inputs, attrs, outputs }, view) => {
      if (primitive !== 'softmax' || repeat) return undefined;
      repeat = repeatsOf(inputs[0]!, ROWS, view);
      const once = withoutRepeats(inputs[0]!, ROWS, repeat, view);
      const rest = view.typeOf(once).shape.slice(1);
      expect(view.typeOf(once).shape[0]).toBe(ROWS / repeat);
      // each row again as often as it stood there
      const column = view.emit({ primitive: 'reshape', inputs: [once], attrs: { shape: [ROWS / repeat, 1, ...rest] } });
      const all = view.emit({
        primitive: 'broadcast',
        inputs: column,
        attrs: { shape: [ROWS / repeat, repeat, ...rest] },
      });
      const { shape } = view.typeOf(outputs[0]!);
      return { primitive, inputs: view.emit({ primitive: 'reshape', inputs: all, attrs: { shape } }), attrs };
    },
  ]);
  expectSameMeaning(before, after);
  return { repeat, text: print(after) };
}

const RESHAPE = 'reshape(%9) {shape=[6, 2]}';

test.each([
  ['a broadcast', `%9: float32[3,2,2] = broadcast(%0) {shape=[3, 2, 2]} %10: float32[6,2] = ${RESHAPE}`, 2],
  [
    'a map',
    `%8: float32[3,2,2] = constant 0 %9: float32[3,2,2] = map(%0, %2, %8) { mul(a, b) } %10: float32[6,2] = ${RESHAPE}`,
    2,
  ],
  [
    'a map of repeated rows',
    `%8: float32[3,2,2] = broadcast(%0) {shape=[3, 2, 2]} %9: float32[3,2,2] = map(%8, %2) { add(square(a), b) } %10: float32[6,2] = ${RESHAPE}`,
    2,
  ],
  ['the same row', '%10: float32[6,2] = broadcast(%2) {shape=[6, 2]}', 6],
  ['a constant', '%10: float32[6,2] = constant 0.5', 6],
  ['rows of a shape', '%10: float32[3,2,2] = broadcast(%0) {shape=[3, 2, 2]}', 2],
])('%s repeats its rows', (_, instructions, repeat) => {
  const type = instructions.includes('%10: float32[3,2,2]') ? 'float32[3,2,2]' : 'float32[6,2]';
  expect(
    shrunk(
      instructions.replace(/%8: float32\[3,2,2\] = constant 0 /, (text) => text),
      type,
    ).repeat,
  ).toBe(repeat);
});

test('what is computed for each row is computed once', () => {
  const { text } = shrunk(
    `%8: float32[3,2,2] = constant 0 %9: float32[3,2,2] = map(%0, %8) { exp(a) } %10: float32[6,2] = ${RESHAPE}`,
  );
  expect(text).toMatch(/float32\[3,2\] = map\(%\d+\) \{ exp\(a\) \}/);
  expect(text).not.toContain('float32[3,2,2] = map');
});

test.each([
  ['an input', '%10: float32[6,2] = map(%3) { neg(a) }'],
  [
    'rows that differ beside such as repeat',
    `%9: float32[3,2,2] = map(%0, %1) { add(a, b) } %10: float32[6,2] = ${RESHAPE}`,
  ],
  ['rows of a product', `%10: float32[6,2] = map(%3, %2) { add(a, b) }`],
])('%s does not', (_, instructions) => {
  expect(shrunk(instructions).repeat).toBe(1);
});
