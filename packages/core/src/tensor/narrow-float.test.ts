import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import * as ops from '../ops/index.ts';
import { spelledOut } from '../plan/spelled-out.ts';
import { evaluateExpression } from '../program/evaluate-expression.ts';
import { inputOf } from '../program/expression.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { bfloat16ToNumber } from './bfloat16.ts';
import { float16ToNumber } from './float16.ts';
import { allToNarrowFloat, type NarrowFloat, toNarrowFloat } from './narrow-float.ts';
import { scope } from './scope.ts';
import { toTensor } from './to-tensor.ts';

beforeAll(startJsBackend);

const FORMATS = [
  ['bfloat16', 'bf16', bfloat16ToNumber, 0x7f80],
  ['float16', 'f16', float16ToNumber, 0x7c00],
] as const;

/** The finite numbers of a format from 0 on, in order, and what would come next if there were no infinity. */
const numbersOf = (toNumber: (half: number) => number, infinity: number): number[] => {
  const finite = Array.from({ length: infinity }, (_, half) => toNumber(half));
  return [...finite, 2 * finite.at(-1)! - finite.at(-2)!];
};

/** Between all neighbours: just below the middle, the middle, just above it. Each with the number that is nearest. */
function cases(
  format: NarrowFloat,
  toNumber: (half: number) => number,
  infinity: number,
): [Float32Array, Float32Array] {
  const numbers = numbersOf(toNumber, infinity);
  const [given, wanted]: [number[], number[]] = [[], []];
  const numberAt = (i: number): number => (i === infinity ? Number.POSITIVE_INFINITY : numbers[i]!);
  for (let i = 0; i < infinity; i++) {
    const middle = (numbers[i]! + numbers[i + 1]!) / 2;
    const step = (numbers[i + 1]! - numbers[i]!) / (format === 'bfloat16' ? 2 ** 10 : 2 ** 8);
    given.push(numbers[i]!, middle - step, middle, middle + step);
    wanted.push(numberAt(i), numberAt(i), numberAt(i + (i % 2)), numberAt(i + 1));
  }
  const negative = (list: readonly number[]): number[] => list.map((value) => -value);
  return [Float32Array.from([...given, ...negative(given)]), Float32Array.from([...wanted, ...negative(wanted)])];
}

describe.each(FORMATS)('%s', (format, fn, toNumber, infinity) => {
  const [given, wanted] = cases(format, toNumber, infinity);
  const differences = (received: ArrayLike<number>): string[] =>
    [...given].flatMap((x, i) =>
      Object.is(received[i], wanted[i]) ? [] : [`${x}: ${received[i]} and not ${wanted[i]}`],
    );

  test('the nearest number, of two the even one', () => {
    expect(differences(given.map((x) => toNarrowFloat(x, format)))).toEqual([]);
    expect(differences(allToNarrowFloat(given, format))).toEqual([]);
    expect(toNarrowFloat(Number.NaN, format)).toBeNaN();
    expect(toNarrowFloat(Number.NEGATIVE_INFINITY, format)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('the same in the functions that executors have', () => {
    const run = (data: Float32Array) =>
      evaluateExpression(spelledOut[fn]!(inputOf(0)), [{ dtype: 'float32', data }], data.length);
    expect(differences(run(given))).toEqual([]);
    const rest = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3.4e38, -3.4e38);
    expect(run(rest)).toEqual(allToNarrowFloat(rest, format));
  });

  test('ops.cast rounds, and its gradient is rounded', () => {
    scope(() => {
      const x = toTensor([1.00390625, -0.1, 3]);
      const weights = toTensor([0.1, 1e6, 0]);
      const y = ops.cast(x, format);
      expect(y.dtype).toBe('float32');
      expect(Array.from(y.dataSync())).toEqual([...x.dataSync()].map((value) => toNarrowFloat(value, format)));
      const [dx] = gradients((at) => ops.sum(ops.multiply(ops.cast(at, format), weights)), [x]);
      expect(Array.from(dx!.dataSync())).toEqual([...weights.dataSync()].map((value) => toNarrowFloat(value, format)));
    });
  });
});
