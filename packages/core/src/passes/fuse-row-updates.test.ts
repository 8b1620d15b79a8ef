import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { verify } from '../program/verify.ts';
import { fuseRowUpdates } from './fuse-row-updates.ts';
import { liveness } from './liveness.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** An embedding of 5 rows, and the gradient of the mean of bags of 3 rows. */
const step = (instructions: string, result = '', after = '%20') =>
  parse(`
    program(%0 "x": int32[2,3], %1 "dy": float32[2,1,4]) state(%2 "w": weight float32[5,4] -> ${after}, %3 "rate": hyper float32[]) {
      %4: int32[6] = reshape(%0) {shape=[6]}
      ${instructions}
      return ${result}
    }`);

const MEAN = `
  %5: float32[2,3,4] = broadcast(%1) {shape=[2, 3, 4]}
  %6: float32[6,1,4] = reshape(%5) {shape=[6, 1, 4]}`;

const SUM = `${MEAN}
  %7: float32[5,1,4] = scatterAdd(%4, %6) {size=5}
  %8: float32[5,4] = reshape(%7) {shape=[5, 4]}`;

const SQUARES = `
  %9: float32[6,1,4] = map(%6) { square(a) }
  %10: float32[5,1,4] = scatterAdd(%4, %9) {size=5}
  %11: float32[5,4] = reshape(%10) {shape=[5, 4]}`;

const sgd = step(`${SUM} %20: float32[5,4] = map(%2, %8, %3) { sub(a, mul(b, c)) }`);

const twoSums = step(
  `${SUM} ${SQUARES} %12: float32[5,4], %20: float32[5,4] = mapMany(%8, %2, %11, %3) { add(a, b), sub(b, mul(a, mul(d, c))) }`,
  '%12',
);

/** Without a mean, each row has a gradient of its own. */
const rows = parse(`
  program(%0 "ids": int32[6], %1 "dy": float32[6,2,2]) state(%2 "w": weight float32[5,2,2] -> %4) {
    %3: float32[5,2,2] = scatterAdd(%0, %1) {size=5}
    %4: float32[5,2,2] = map(%2, %3) { sub(a, b) }
    return
  }`);

describe('it fires', () => {
  test.each([
    [
      'one sum',
      sgd,
      '%20: float32[5,4] = updateRows(%4, %21, %2, %3) {size=5, sums=1, repeat=3, exprs=[(sub(b, mul(a, c)))]}',
    ],
    ['two sums', twoSums, 'sums=2, repeat=3, exprs=[(add(a, c)), (sub(c, mul(a, mul(d, b))))]}'],
    [
      'rows of their own',
      rows,
      '%4: float32[5,2,2] = updateRows(%0, %1, %2) {size=5, sums=1, repeat=1, exprs=[(sub(b, a))]}',
    ],
  ])('%s', (_, before, expected) => {
    const after = fuseRowUpdates.run(before);
    expect(print(after)).toContain(expected);
    expect(print(after)).not.toContain('scatterAdd');
    verify(after);
    for (let seed = 1; seed < 20; seed++) expectSameMeaning(before, after, seed);
    expect(liveness(after).statesInPlace.has(0)).toBe(true);
  });

  test('sums by other ids stay', () => {
    const before = step(`${SUM}
      %9: int32[6] = map(%4) { add(a, 1) }
      %10: float32[5,1,4] = scatterAdd(%9, %6) {size=5}
      %11: float32[5,4] = reshape(%10) {shape=[5, 4]}
      %20: float32[5,4] = map(%2, %8, %11) { add(a, sub(b, c)) }`);
    const after = fuseRowUpdates.run(before);
    expect(after.instructions.map(({ primitive }) => primitive)).toContain('updateRows');
    expect(after.instructions.filter(({ primitive }) => primitive === 'scatterAdd')).toHaveLength(1);
    expectSameMeaning(before, after);
  });
});

test.each([
  ['the sum is an output', step(`${SUM} %20: float32[5,4] = map(%2, %8) { sub(a, b) }`, '%8')],
  [
    'two maps read the sum',
    step(`${SUM} %9: float32[5,4] = map(%8) { exp(a) } %20: float32[5,4] = map(%2, %8) { sub(a, b) }`, '%9'),
  ],
  [
    'a norm is taken of it',
    step(`${SUM} %9: float32[] = reduce(%8) {kind="sum", axes=[0, 1]} %20: float32[5,4] = map(%2, %9) { mul(a, b) }`),
  ],
  [
    'the map mixes its rows',
    step(`${SUM} %9: float32[4,5] = reshape(%8) {shape=[4, 5]} %10: float32[4,5] = map(%9) { exp(a) }`, '%10', '%2'),
  ],
])('nothing changes where %s', (_, before) => {
  expect(fuseRowUpdates.run(before)).toBe(before);
});
