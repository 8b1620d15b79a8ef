import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { removeIdentities } from './remove-identities.ts';
import { sinkTransposes } from './sink-transposes.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

const FIRST = '{perm=[0, 3, 1, 2]}';
const LAST = '{perm=[0, 2, 3, 1]}';

const program = (instructions: string, result: string): string => `
  program(%0 "x": float32[2,3,4,5], %1 "bias": float32[1,5,1,1], %2 "other": float32[2,3,4,5], %3 "rate": float32[],
    %4 "plain": float32[2,5,3,4], %5 "means": float32[2,5]) {
    %10: float32[2,5,3,4] = transpose(%0) ${FIRST}
    ${instructions}
    return ${result}
  }`;

const ACTIVATED = '%11: float32[2,5,3,4] = map(%10, %1) { relu(add(a, b)) }';

describe('it fires', () => {
  test.each([
    ['a bias and an activation', `${ACTIVATED} %12: float32[2,3,4,5] = transpose(%11) ${LAST}`, '%12'],
    [
      'maps that follow each other',
      `${ACTIVATED}
       %12: float32[2,5,3,4] = map(%3, %11) { mul(b, a) }
       %13: float32[2,3,4,5] = transpose(%12) ${LAST}`,
      '%13',
    ],
    [
      'numbers for each image and channel, and a broadcast',
      `%11: float32[2,5,1,1] = reshape(%5) {shape=[2, 5, 1, 1]}
       %12: float32[2,5,3,4] = broadcast(%1) {shape=[2, 5, 3, 4]}
       %13: float32[2,5,3,4] = map(%10, %11, %12) { mul(add(a, c), b) }
       %14: float32[2,3,4,5] = transpose(%13) ${LAST}`,
      '%14',
    ],
    [
      'two branches that are added',
      `%11: float32[2,5,3,4] = transpose(%2) ${FIRST}
       %12: float32[2,5,3,4] = map(%10, %11) { sub(a, b) }
       %13: float32[2,3,4,5] = transpose(%12) ${LAST}`,
      '%13',
    ],
    [
      'a mean of each channel, and a sum of all channels',
      `${ACTIVATED}
       %12: float32[2,5] = reduce(%11) {kind="mean", axes=[2, 3]}
       %13: float32[5] = reduce(%11) {kind="sum", axes=[0, 2, 3]}
       %14: float32[2,3,4,5] = transpose(%11) ${LAST}`,
      '%12, %13, %14',
    ],
    ['a reduction alone', '%11: float32[2,5] = reduce(%10) {kind="max", axes=[2, 3]}', '%11'],
  ])('at %s', (_, instructions, result) => {
    const before = parse(program(instructions, result));
    const after = removeIdentities.run(sinkTransposes.run(before));
    expect(print(after)).not.toContain('transpose');
    expectSameMeaning(before, after);
    expect(sinkTransposes.run(after)).toBe(after);
  });

  test('a transpose stays that only some who read it need', () => {
    const before = parse(
      program(
        `${ACTIVATED} %12: float32[2,5] = reduce(%11) {kind="sum", axes=[2, 3]} %13: float32[2,5,3,4] = map(%10, %4) { mul(a, b) }`,
        '%12, %13',
      ),
    );
    const after = sinkTransposes.run(before);
    expect(print(after)).toMatch(/reduce\(%\d+\) \{kind="sum", axes=\[1, 2\]\}/);
    expect(after.instructions.filter(({ primitive }) => primitive === 'transpose')).toHaveLength(1);
    expectSameMeaning(before, after);
  });
});

test.each([
  ['the result is an output', ACTIVATED, '%11'],
  ['another transpose follows', `${ACTIVATED} %12: float32[5,2,3,4] = transpose(%11) {perm=[1, 0, 2, 3]}`, '%12'],
  [
    'who reads the result needs it so',
    `${ACTIVATED}
     %12: float32[2,60] = reshape(%11) {shape=[2, 60]}
     %13: float32[2,3,4,5] = transpose(%11) ${LAST}`,
    '%12, %13',
  ],
  [
    'another input would have to be moved',
    `%11: float32[2,5,3,4] = map(%10, %4) { add(a, b) } %12: float32[2,3,4,5] = transpose(%11) ${LAST}`,
    '%12',
  ],
  [
    'a reduction would meet the elements in another order',
    '%12: float32[4] = reduce(%10) {kind="sum", axes=[0, 1, 2]}',
    '%12',
  ],
  ['a reduction would keep axes in another order', '%11: float32[5,3] = reduce(%10) {kind="sum", axes=[0, 3]}', '%11'],
])('nothing changes where %s', (_, instructions, result) => {
  const before = parse(program(instructions, result));
  expect(sinkTransposes.run(before)).toBe(before);
});
