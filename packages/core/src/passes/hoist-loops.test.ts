import { describe, expect, test } from 'vitest';
import { interpret } from '../program/interpret.ts';
import { parse } from '../program/parse.ts';
import type { Program } from '../program/program.ts';
import { verify } from '../program/verify.ts';
import { floats } from '../testing/primitive-check.ts';
import { hoistInvariants } from './hoist-invariants.ts';
import { hoistLoopProducts } from './hoist-loop-products.ts';
import { loopAttributes } from './loop-draft.ts';
import type { Pass } from './pass.ts';
import { simplifyLoops } from './simplify-loops.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';

/** The primitives of a program, and of the body of its loop. */
function afterwards(pass: Pass, text: string, means: (before: Program, after: Program) => void = expectSameMeaning) {
  const before = parse(text);
  const after = simplifyLoops.run(pass.run(before));
  verify(after);
  means(before, after);
  const { body } = loopAttributes(after.instructions.find(({ primitive }) => primitive === 'loop')!);
  return [namesOf(after), namesOf(body)];
}

const namesOf = ({ instructions }: Program): string => instructions.map(({ primitive }) => primitive).join(' ');

/** Close on values of ordinary size: a sum is rounded less often. */
function expectClose(before: Program, after: Program): void {
  const inputs = Object.fromEntries(
    before.inputs.map(({ id, name }, i) => [name, floats(before.types.get(id)!.shape, i + 1).data]),
  );
  const [expected, received] = [before, after].map((program) => interpret(program, { inputs }).outputs);
  expected!.forEach(({ data }, i) => {
    data.forEach((value, at) => {
      expect(received![i]!.data[at]).toBeCloseTo(value, 5);
    });
  });
}

const DOT = '{transposeA=false, transposeB=false}';

describe('hoist-invariants', () => {
  test('what is the same in each step is computed before the loop', () => {
    expect(
      afterwards(
        hoistInvariants,
        `program(%0 "h": float32[2,3], %1 "w": float32[3,3], %2 "m": float32[3]) {
  %3: float32[2,3] = loop(%0, %1, %2) {length=4, carries=1, sequences=0, reverse=false, body=program(%0 "h": float32[2,3], %1 "w": float32[3,3], %2 "m": float32[3]) {
    %3: float32[] = constant 2
    %4: float32[3,3] = map(%1, %2, %3) { mul(a, add(b, c)) }
    %5: float32[3,3] = transpose(%4) {perm=[1, 0]}
    %6: float32[2,3] = dot(%0, %5) ${DOT}
    return %6
  }}
  return %3
}`,
      ),
    ).toEqual(['map transpose loop', 'dot']);
  });

  test('what costs nothing inside stays, and what depends on a carry or an item', () => {
    const program = parse(`program(%0 "h": float32[2,3], %1 "xs": float32[4,2,3], %2 "b": float32[1,3]) {
  %3: float32[2,3] = loop(%0, %1, %2) {length=4, carries=1, sequences=1, reverse=false, body=program(%0 "h": float32[2,3], %1 "x": float32[2,3], %2 "b": float32[1,3]) {
    %3: float32[2,3] = broadcast(%2) {shape=[2, 3]}
    %4: float32[2,3] = map(%0, %1, %3) { add(add(a, b), c) }
    return %4
  }}
  return %3
}`);
    expect(hoistInvariants.run(program)).toBe(program);
  });
});

describe('hoist-loop-products', () => {
  test('products of items, masked ones too, are one product before the loop', () => {
    expect(
      afterwards(
        hoistLoopProducts,
        `program(%0 "h": float32[2,3], %1 "xs": float32[4,2,5], %2 "w": float32[5,3], %3 "m": float32[2,5], %4 "u": float32[3,3]) {
  %5: float32[2,3], %6: float32[4,2,3] = loop(%0, %1, %2, %3, %4) {length=4, carries=1, sequences=1, reverse=true, body=program(
      %0 "h": float32[2,3],
      %1 "x": float32[2,5],
      %2 "w": float32[5,3],
      %3 "m": float32[2,5],
      %4 "u": float32[3,3]
    ) {
    %5: float32[2,5] = map(%1, %3) { mul(a, b) }
    %6: float32[2,3] = dot(%5, %2) ${DOT}
    %7: float32[2,3] = dot(%0, %4) ${DOT}
    %8: float32[2,3] = map(%6, %7) { tanh(add(a, b)) }
    return %8, %8
  }}
  return %5, %6
}`,
      ),
    ).toEqual(['map reshape dot reshape loop', 'dot map']);
  });

  test('slices of items are cut before the loop, of carries they stay', () => {
    expect(
      afterwards(
        hoistLoopProducts,
        `program(%0 "h": float32[4], %1 "xs": float32[3,4]) {
  %2: float32[4] = loop(%0, %1) {length=3, carries=1, sequences=1, reverse=false, body=program(%0 "h": float32[4], %1 "x": float32[4]) {
    %2: float32[2] = slice(%1) {begin=[2], size=[2], strides=[1]}
    %3: float32[2] = slice(%0) {begin=[1], size=[2], strides=[1]}
    %4: float32[2] = map(%2, %3) { add(a, b) }
    %5: float32[4] = concat(%4, %4) {axis=0}
    return %5
  }}
  return %2
}`,
      ),
    ).toEqual(['slice loop', 'slice map concat']);
  });

  /** A gradient: of a carry, a kernel, a recurrent kernel and a bias, and of the items. */
  const gradient = (sums: string): string => `program(
    %0 "dh": float32[2,3],
    %1 "dw": float32[5,3],
    %2 "xs": float32[4,2,5],
    %3 "dy": float32[4,2,3],
    %4 "u": float32[3,3],
    %5 "w": float32[5,3]
  ) {
  %6: float32[3] = constant 0
  %7: float32[2,3], %8: float32[5,3], %9: float32[3], %10: float32[4,2,5] = loop(%0, %1, %6, %2, %3, %4, %5) {length=4, carries=3, sequences=2, reverse=true, ${sums}body=program(
      %0 "dh": float32[2,3],
      %1 "dw": float32[5,3],
      %2 "db": float32[3],
      %3 "x": float32[2,5],
      %4 "dy": float32[2,3],
      %5 "u": float32[3,3],
      %6 "w": float32[5,3]
    ) {
    %7: float32[2,3] = map(%0, %4) { add(a, b) }
    %8: float32[2,3] = dot(%7, %5) {transposeA=false, transposeB=true}
    %9: float32[5,3] = dot(%3, %7) {transposeA=true, transposeB=false}
    %10: float32[5,3] = map(%1, %9) { add(a, b) }
    %11: float32[3] = reduce(%7) {kind="sum", axes=[0]}
    %12: float32[3] = map(%2, %11) { add(a, b) }
    %13: float32[2,5] = dot(%7, %6) {transposeA=false, transposeB=true}
    return %8, %10, %12, %13
  }}
  return %7, %8, %9, %10
}`;

  test('sums of products and of rows, and products that only leave the loop, are one product after it', () => {
    const [around, inside] = afterwards(hoistLoopProducts, gradient('sums=2, '), expectClose);
    expect([around!.split(' ').toSorted().join(' '), inside]).toEqual([
      'dot dot loop map reduce reshape reshape reshape',
      'map dot',
    ]);
  });

  test('sums that are rounded in each step stay, other products go', () => {
    const [, inside] = afterwards(hoistLoopProducts, gradient(''));
    expect(inside).toBe('map dot dot map reduce map');
  });
});
