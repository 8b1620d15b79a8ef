import { beforeAll, describe, expect, test } from 'vitest';
import { HostArray } from '../tensor/host-array.ts';
import { memory, scope } from '../tensor/scope.ts';
import { toTensor } from '../tensor/to-tensor.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { runAsProgram } from '../testing/run-as-program.ts';
import * as ops from './index.ts';

beforeAll(startJsBackend);

const ints = (values: readonly number[], shape: number[] = [values.length]) =>
  new HostArray(Int32Array.from(values), shape);

describe('countClasses', () => {
  test('counts along the last axis; what is no class counts nothing', () => {
    scope(() => {
      expect(ops.countClasses(ints([0, 2, 2, -1, 3]), 3).arraySync()).toEqual([1, 0, 2]);
      expect(ops.countClasses(ints([0, 1, 1, 1, 5, 0, -2, 0], [2, 2, 2]), 2).arraySync()).toEqual([
        [
          [1, 1],
          [0, 2],
        ],
        [
          [1, 0],
          [1, 0],
        ],
      ]);
      expect(ops.countClasses(ints([], [2, 0]), 2).arraySync()).toEqual([
        [0, 0],
        [0, 0],
      ]);
    });
  });

  test('adds weights, or says which classes occur', () => {
    const x = ints([0, 1, 1, 1], [2, 2]);
    scope(() => {
      expect(
        ops
          .countClasses(x, 2, {
            weights: [
              [2, 3],
              [4, 5],
            ],
          })
          .arraySync(),
      ).toEqual([
        [2, 3],
        [0, 9],
      ]);
      expect(ops.countClasses(x, 2, { isBinary: true }).arraySync()).toEqual([
        [1, 1],
        [0, 1],
      ]);
      expect(ops.countClasses(ints([1, 1]), 2, { isBinary: true }).arraySync()).toEqual([0, 1]);
    });
  });

  test('is the same as a program, and leaves nothing behind', () => {
    const before = memory().tensors;
    scope(() => {
      const given = {
        x: toTensor(ints([0, -1, 7, 2, 2, 2], [2, 3])),
        weights: toTensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      };
      for (const isBinary of [false, true]) {
        const count = ({ x }: typeof given) => ops.countClasses(x, 3, { isBinary });
        expect(runAsProgram(count, given).arraySync()).toEqual(count(given).arraySync());
      }
      const sum = ({ x, weights }: typeof given) => ops.countClasses(x, 3, { weights });
      expect(runAsProgram(sum, given).arraySync()).toEqual([
        [1, 0, 0],
        [0, 0, 15],
      ]);
    });
    expect(memory().tensors).toBe(before);
  });

  test('needs a class', () => {
    expect(() => ops.countClasses(ints([0]), 0)).toThrow(
      'ops.countClasses: `numClasses` must be a positive integer. Received: 0.',
    );
  });
});

test('oneHot knows a single class', () => {
  scope(() => {
    expect(ops.oneHot(ints([0, 1, -1]), 1).arraySync()).toEqual([[1], [0], [0]]);
    expect(ops.oneHot(ints([0, 1]), 1, { dtype: 'bool' }).dtype).toBe('bool');
  });
});
