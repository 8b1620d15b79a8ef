import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { commonProgram } from './batch-program.ts';
import { BatchError } from './dim.ts';

/** What programs that a text makes for batches of 3 and 5 have in common. */
const common = (text: (batch: number) => string) =>
  commonProgram({ program: parse(text(3)), batch: 3 }, { program: parse(text(5)), batch: 5 });

test('what grows with the batch is a multiple of it, what stays is a number', () => {
  const { types, instructions } = common(
    (n) => `program(%0 "x": float32[${n},3,2]) {
  %1: float32[${6 * n}] = reshape(%0) {shape=[${6 * n}]}
  return %1
}`,
  );
  expect(types.get(0)).toEqual({ dtype: 'float32', dims: [{ batches: 1 }, 3, 2] });
  expect(types.get(1)).toEqual({ dtype: 'float32', dims: [{ batches: 6 }] });
  expect(instructions[0]!.attrs.shape).toEqual([{ batches: 6 }]);
});

test('of a constant with the same elements for each sample one sample is kept', () => {
  const { constants } = common(
    (n) => `program(%0 "x": float32[${n},2]) {
  %1: float32[${n},2] = constant [${Array.from({ length: n }, () => '1, 2')}]
  %2: float32[${n},2] = constant 7
  %3: float32[${n},2] = map(%0, %1, %2) { add(add(a, b), c) }
  return %3
}`,
  );
  expect(constants.map(({ dims, data }) => [dims, [...data]])).toEqual([
    [
      [1, 2],
      [1, 2],
    ],
    [[], [7]],
  ]);
});

test.each<[string, (batch: number) => string]>([
  ['a size that is the batch and one more', (n) => `%1: float32[${n + 1}] = pad(%0) {pads=[[0, 1]], value=0}`],
  ['a share of the batch in an expression', (n) => `%1: float32[${n}] = map(%0) { mul(a, ${1 / n}) }`],
  ['other instructions', (n) => (n > 3 ? `%1: float32[5] = map(%0) { relu(a) }` : `%1: float32[3] = softmax(%0)`)],
  [
    'a constant that has nothing to do with the number of samples',
    (n) => `%1: int32[${n}] = constant [${Array.from({ length: n }, (_, i) => i * i)}]`,
  ],
])('it is refused, with the place, where batches differ otherwise: %s', (_, line) => {
  const text = (n: number) => `program(%0 "x": float32[${n}]) {
  ${line(n)}
  return %1
}`;
  expect(() => common(text)).toThrow(BatchError);
  expect(() => common(text)).toThrow(/depends on it$/);
});
