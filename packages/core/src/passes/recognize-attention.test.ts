import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { passesFor } from './pipeline.ts';
import { planMemory } from './plan-memory.ts';
import { recognizeAttention } from './recognize-attention.ts';
import { runPasses } from './run-passes.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

const FLAGS = {
  ab: '{transposeA=false, transposeB=false}',
  abT: '{transposeA=false, transposeB=true}',
  aTb: '{transposeA=true, transposeB=false}',
};

/** Attention by heads as einsum writes it, of 2 batches, 2 heads, 3 queries, 5 keys, 4 and 6 dimensions. */
const FORWARD = {
  q: '%10: float32[2,2,3,4] = transpose(%0) {perm=[0, 2, 1, 3]}',
  qRows: '%11: float32[4,3,4] = reshape(%10) {shape=[4, 3, 4]}',
  k: '%12: float32[2,2,4,5] = transpose(%1) {perm=[0, 2, 3, 1]}',
  kColumns: '%13: float32[4,4,5] = reshape(%12) {shape=[4, 4, 5]}',
  v: '%14: float32[2,2,5,6] = transpose(%2) {perm=[0, 2, 1, 3]}',
  vRows: '%15: float32[4,5,6] = reshape(%14) {shape=[4, 5, 6]}',
  product: `%16: float32[4,3,5] = dot(%11, %13) ${FLAGS.ab}`,
  scores: '%17: float32[2,2,3,5] = reshape(%16) {shape=[2, 2, 3, 5]}',
  masked: '%18: float32[2,2,3,5] = map(%17, %4) { select(b, mul(a, 0.5), -1e9) }',
  weights: '%19: float32[2,2,3,5] = softmax(%18)',
  flat: '%20: float32[4,3,5] = reshape(%19) {shape=[4, 3, 5]}',
  attended: `%21: float32[4,3,6] = dot(%20, %15) ${FLAGS.ab}`,
  byHeads: '%22: float32[2,2,3,6] = reshape(%21) {shape=[2, 2, 3, 6]}',
  y: '%23: float32[2,3,2,6] = transpose(%22) {perm=[0, 2, 1, 3]}',
};

const BACKWARD = {
  dy: '%30: float32[2,2,3,6] = transpose(%3) {perm=[0, 2, 1, 3]}',
  dyRows: '%31: float32[4,3,6] = reshape(%30) {shape=[4, 3, 6]}',
  dp: `%32: float32[4,3,5] = dot(%31, %15) ${FLAGS.abT}`,
  dv: `%33: float32[4,5,6] = dot(%20, %31) ${FLAGS.aTb}`,
  dpHeads: '%34: float32[2,2,3,5] = reshape(%32) {shape=[2, 2, 3, 5]}',
  products: '%35: float32[2,2,3,5] = map(%34, %19) { mul(a, b) }',
  sums: '%36: float32[2,2,3] = reduce(%35) {kind="sum", axes=[3]}',
  column: '%37: float32[2,2,3,1] = reshape(%36) {shape=[2, 2, 3, 1]}',
  slopes: '%38: float32[2,2,3,5] = map(%19, %34, %37, %4) { mul(select(d, mul(a, sub(b, c)), 0), 0.5) }',
  slopeRows: '%39: float32[4,3,5] = reshape(%38) {shape=[4, 3, 5]}',
  dq: `%40: float32[4,3,4] = dot(%39, %13) ${FLAGS.abT}`,
  dk: `%41: float32[4,4,5] = dot(%11, %39) ${FLAGS.aTb}`,
  dkHeads: '%42: float32[2,2,4,5] = reshape(%41) {shape=[2, 2, 4, 5]}',
  dkBehind: '%43: float32[2,5,2,4] = transpose(%42) {perm=[0, 3, 1, 2]}',
};

const write = (lines: Readonly<Record<string, string>>, outputs: string): Program =>
  parse(`program(%0 "q": float32[2,3,2,4], %1 "k": float32[2,5,2,4], %2 "v": float32[2,5,2,6], %3 "dy": float32[2,3,2,6],
    %4 "mask": bool[2,1,1,5]) { ${Object.values(lines).join('\n')} return ${outputs} }`);

const forward = (changes: Partial<typeof FORWARD> = {}, outputs = '%23') => write({ ...FORWARD, ...changes }, outputs);
const both = (changes: Partial<typeof FORWARD & typeof BACKWARD> = {}, outputs = '%23, %40, %43, %33') =>
  write({ ...FORWARD, ...BACKWARD, ...changes }, outputs);

const namesOf = ({ instructions }: Program) => instructions.map(({ primitive }) => primitive);

test('it fires', () => {
  const before = forward();
  const after = recognizeAttention.run(before);
  expect(print(runPasses(before))).toMatchInlineSnapshot(`
    "program(
        %0 "q": float32[2,3,2,4],
        %1 "k": float32[2,5,2,4],
        %2 "v": float32[2,5,2,6],
        %3 "dy": float32[2,3,2,6],
        %4 "mask": bool[2,1,1,5]
      ) {
      %24: float32[2,3,2,6] = attention(%0, %1, %2, %4) {epilogue=(select(b, mul(a, 0.5), -1000000000))}
      return %24
    }"
  `);
  for (let seed = 1; seed < 50; seed++) expectSameMeaning(before, after, seed);
});

test('with the gradient, which computes the scores anew', () => {
  const before = both();
  const after = recognizeAttention.run(before);
  expect(print(runPasses(before))).toMatchInlineSnapshot(`
    "program(
        %0 "q": float32[2,3,2,4],
        %1 "k": float32[2,5,2,4],
        %2 "v": float32[2,5,2,6],
        %3 "dy": float32[2,3,2,6],
        %4 "mask": bool[2,1,1,5]
      ) {
      %47: float32[2,3,2,4], %48: float32[2,5,2,4], %49: float32[2,5,2,6] = attentionGrad(%0, %1, %2, %3, %4) {epilogue=(select(b, mul(a, 0.5), -1000000000)), slope=(mul(select(b, a, 0), 0.5))}
      %50: float32[2,2,5,6] = transpose(%49) {perm=[0, 2, 1, 3]}
      %51: float32[4,5,6] = reshape(%50) {shape=[4, 5, 6]}
      %52: float32[2,2,3,4] = transpose(%47) {perm=[0, 2, 1, 3]}
      %53: float32[4,3,4] = reshape(%52) {shape=[4, 3, 4]}
      %44: float32[2,3,2,6] = attention(%0, %1, %2, %4) {epilogue=(select(b, mul(a, 0.5), -1000000000))}
      return %44, %53, %48, %51
    }"
  `);
  for (let seed = 1; seed < 50; seed++) expectSameMeaning(before, after, seed);
});

test('without heads, and where operands lie the other way round', () => {
  const before =
    parse(`program(%0 "q": float32[4,3], %1 "k": float32[5,4], %2 "v": float32[6,5], %3 "dy": float32[3,6]) {
    %4: float32[3,5] = dot(%0, %1) {transposeA=true, transposeB=true}
    %5: float32[3,5] = softmax(%4)
    %6: float32[6,3] = dot(%2, %5) {transposeA=false, transposeB=true}
    %7: float32[3,5] = dot(%3, %2) ${FLAGS.ab}
    %8: float32[3] = reduce(%5, %7) {kind="sum", axes=[1], expr=(mul(a, b))}
    %9: float32[3,1] = reshape(%8) {shape=[3, 1]}
    %10: float32[3,5] = map(%7, %9, %5) { mul(sub(a, b), c) }
    %11: float32[4,3] = dot(%1, %10) {transposeA=true, transposeB=true}
    return %6, %11
  }`);
  const after = recognizeAttention.run(before);
  expect(namesOf(after).filter((name) => name.startsWith('attention'))).toEqual(['attention', 'attentionGrad']);
  expect(namesOf(after)).not.toContain('softmax');
  for (let seed = 1; seed < 20; seed++) expectSameMeaning(before, after, seed);
});

test('one after the other', () => {
  const layer = (first: number, x: number) => `
    %${first}: float32[3,3] = dot(%${x}, %${x}) ${FLAGS.abT}
    %${first + 1}: float32[3,3] = softmax(%${first})
    %${first + 2}: float32[3,4] = dot(%${first + 1}, %${x}) ${FLAGS.ab}`;
  const before = parse(`program(%0 "x": float32[3,4]) { ${layer(1, 0)} ${layer(4, 3)} return %6 }`);
  const after = recognizeAttention.run(before);
  expect(namesOf(after).filter((name) => name !== 'reshape')).toEqual(['attention', 'attention']);
  expectSameMeaning(before, after);
});

test.each([
  ['the weights are returned', forward({}, '%23, %19')],
  ['the scores are returned', forward({}, '%23, %17')],
  [
    'weights are dropped',
    forward({
      flat: '%50: float32[2,2,3,5] = map(%19, %4) { select(b, a, 0) } %20: float32[4,3,5] = reshape(%50) {shape=[4, 3, 5]}',
    }),
  ],
  ['slopes of scores are read', both({}, '%23, %40, %43, %33, %38')],
  [
    'the slopes are those of something else',
    both({ slopes: '%38: float32[2,2,3,5] = map(%19, %34, %37, %4) { mul(select(d, mul(a, sub(c, b)), 0), 0.5) }' }),
  ],
  ['other products are summed', both({ products: '%35: float32[2,2,3,5] = map(%34, %19) { add(a, b) }' })],
  ['the sum is a mean', both({ sums: '%36: float32[2,2,3] = reduce(%35) {kind="mean", axes=[3]}' })],
  [
    'a gradient meets another operand',
    both({
      dk: `%41: float32[4,4,5] = dot(%60, %39) ${FLAGS.aTb}`,
      q: `${FORWARD.q} %59: float32[2,2,3,4] = map(%10) { neg(a) } %60: float32[4,3,4] = reshape(%59) {shape=[4, 3, 4]}`,
    }),
  ],
])('nothing changes where %s', (_, before) => {
  expect(recognizeAttention.run(before)).toBe(before);
});

test('executors without the instructions do without the pass', () => {
  const passes = passesFor({ lacks: ['attention', 'attentionGrad'] });
  expect(passesFor({})).toContain(recognizeAttention);
  expect(passes).not.toContain(recognizeAttention);
  expect(namesOf(runPasses(both(), { passes }))).toContain('softmax');
});

test('the scores of all heads are not in memory', () => {
  const [batch, heads, length, dim] = [2, 4, 64, 8];
  const n = batch * heads;
  const before =
    parse(`program(%0 "q": float32[${n},${length},${dim}], %1 "k": float32[${n},${length},${dim}], %2 "v": float32[${n},${length},${dim}]) {
    %3: float32[${n},${length},${length}] = dot(%0, %1) ${FLAGS.abT}
    %4: float32[${n},${length},${length}] = softmax(%3)
    %5: float32[${n},${length},${dim}] = dot(%4, %2) ${FLAGS.ab}
    return %5
  }`);
  const scores = 4 * n * length * length;
  expect(planMemory(before).arenaBytes).toBeGreaterThanOrEqual(scores);
  expect(planMemory(recognizeAttention.run(before)).arenaBytes).toBeLessThan(scores / 4);
});
