import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import { fuseGathers } from './fuse-gathers.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** Ids of two bags of two rows each, and what is made of the rows. */
const bags = (instructions: string, result: string) =>
  parse(`
    program(%0 "table": float32[5,3], %1 "x": int32[2,2]) {
      %2: int32[2,2] = map(%1) { abs(a) }
      ${instructions}
      return ${result}
    }`);

const GATHER = '%3: float32[2,2,3] = gather(%0, %2) {axis=0, batchDims=0}';

test.each(['sum', 'mean', 'max', 'min'])('it fires: %s of rows', (kind) => {
  const before = bags(`${GATHER} %4: float32[2,3] = reduce(%3) {kind="${kind}", axes=[1]}`, '%4');
  const after = fuseGathers.run(before);
  expect(print(after)).toContain(`%4: float32[2,3] = gatherReduce(%0, %2) {kind="${kind}"}`);
  expect(print(after)).not.toContain('gather(');
  expectSameMeaning(before, after);
});

test.each([
  ['the rows are needed', `${GATHER} %4: float32[2,3] = reduce(%3) {kind="sum", axes=[1]}`, '%3, %4'],
  ['another axis is reduced', `${GATHER} %4: float32[2,3] = reduce(%3) {kind="sum", axes=[0]}`, '%4'],
  ['two axes are reduced', `${GATHER} %4: float32[3] = reduce(%3) {kind="sum", axes=[0, 1]}`, '%4'],
  [
    'something is done to the rows',
    `${GATHER} %4: float32[2,3] = reduce(%3) {kind="sum", axes=[1], expr=(exp(a))}`,
    '%4',
  ],
  ['they are multiplied', `${GATHER} %4: float32[2,3] = reduce(%3) {kind="prod", axes=[1]}`, '%4'],
  [
    'columns are gathered',
    '%3: float32[5,2,2] = gather(%0, %5) {axis=1, batchDims=0} %4: float32[5,2] = reduce(%3) {kind="sum", axes=[1]}',
    '%4',
  ],
])('nothing changes where %s', (_, instructions, result) => {
  const before = bags(
    instructions.includes('%5') ? `%5: int32[2,2] = map(%2) { min(a, 2) } ${instructions}` : instructions,
    result,
  );
  expect(fuseGathers.run(before)).toBe(before);
});
