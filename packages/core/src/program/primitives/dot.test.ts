import { beforeAll, expect, test } from 'vitest';
import { startJsBackend } from '../../testing/js-backend.ts';
import { evaluate, float32, floats, flopsOf, integers, jsKernel, wholes } from '../../testing/primitive-check.ts';
import type { HostValue } from '../primitive.ts';

beforeAll(async () => {
  await startJsBackend();
});

const PLAIN = { transposeA: false, transposeB: false };

test('a product by hand', () => {
  const a = float32([2, 3], [1, 2, 3, 4, 5, 6]);
  const b = float32([3, 2], [1, 0, 0, 1, 10, 100]);
  expect(evaluate('dot', [a, b], PLAIN)).toEqual([float32([2, 2], [31, 302, 64, 605])]);
  expect(flopsOf('dot', [a.type, b.type], PLAIN)).toBe(2 * 2 * 3 * 2);
});

const cases = [
  [
    [1, 1],
    [1, 1],
  ],
  [
    [5, 7],
    [7, 3],
  ],
  [
    [3, 48],
    [48, 4],
  ],
  [
    [3, 49],
    [49, 50],
  ],
  [
    [7, 200],
    [200, 5],
  ],
  [
    [4, 0],
    [0, 3],
  ],
  [
    [0, 4],
    [4, 3],
  ],
  [
    [2, 3, 50],
    [2, 50, 4],
  ],
  [
    [1, 3, 50],
    [4, 50, 2],
  ],
  [
    [4, 3, 50],
    [1, 50, 2],
  ],
  [
    [2, 3, 4, 60],
    [2, 3, 60, 5],
  ],
] as const;
const flags = [false, true].flatMap((transposeA) => [false, true].map((transposeB) => ({ transposeA, transposeB })));

test.each(cases)('as BatchMatMul of tfjs, bit-equal up to 48 products: %j · %j', (left, right) => {
  for (const attrs of flags) {
    const a = floats(attrs.transposeA ? exchanged(left) : left, 1);
    const b = floats(attrs.transposeB ? exchanged(right) : right, 2);
    const [ours, theirs] = [evaluate('dot', [a, b], attrs)[0]!, jsKernel('BatchMatMul', { a, b }, attrs)[0]!];
    if (left.at(-1)! <= 48) expect(ours).toEqual(theirs);
    else expect([...ours.data]).toEqual([...theirs.data].map((value) => expect.closeTo(value, 4)));
  }
});

test('sums are rounded once', () => {
  // 99 times 2⁻²⁵ beside 1: each alone is lost in float32
  const a = float32([1, 100], [1, ...Array<number>(99).fill(2 ** -25)]);
  const b = float32([100, 1], Array<number>(100).fill(1));
  expect(evaluate('dot', [a, b], PLAIN)[0]!.data[0]).toBe(Math.fround(1 + 99 * 2 ** -25));
});

test('int32 too', () => {
  const [a, b] = [integers([3, 60], -99, 99, 1), integers([60, 4], -99, 99, 2)];
  expect(evaluate('dot', [a, b], PLAIN)).toEqual(jsKernel('BatchMatMul', { a, b }, PLAIN));
});

test('batch axes broadcast each by itself', () => {
  const [a, b] = [wholes([2, 1, 3, 4], -4, 5, 1), wholes([1, 3, 4, 2], -4, 5, 2)];
  const [y] = evaluate('dot', [a, b], PLAIN);
  expect(y!.type.shape).toEqual([2, 3, 3, 2]);
  const matrix = ({ data }: HostValue, index: number, shape: [number, number]) =>
    float32(shape, [...data.slice(index * shape[0] * shape[1], (index + 1) * shape[0] * shape[1])]);
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 3; j++) {
      const [part] = evaluate('dot', [matrix(a, i, [3, 4]), matrix(b, j, [4, 2])], PLAIN);
      expect(matrix(y!, 3 * i + j, [3, 2])).toEqual(part);
    }
  }
});

test('what does not fit is refused with both shapes', () => {
  expect(() => evaluate('dot', [floats([2, 3]), floats([2, 3])], PLAIN)).toThrow(
    'dot: expected [...batch, m, k] and [...batch, k, n], received [2, 3] and [2, 3] with transposeA=false and transposeB=false.',
  );
  expect(() => evaluate('dot', [floats([2, 2, 3]), floats([3, 3, 2])], PLAIN)).toThrow('dot: expected');
  expect(() => evaluate('dot', [floats([2, 3]), floats([1, 3, 2])], PLAIN)).toThrow('dot: expected');
  expect(() => evaluate('dot', [floats([3]), floats([3])], PLAIN)).toThrow('dot: expected');
  expect(() => evaluate('dot', [floats([2, 3]), integers([3, 2], 0, 9)], PLAIN)).toThrow('dot: `b` must be float32');
});

const exchanged = (shape: readonly number[]): number[] => [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
