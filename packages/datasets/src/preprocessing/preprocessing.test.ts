import { HostArray } from '@capas/core';
import { describe, expect, it } from 'vitest';
import { GOLDENS, isMissing } from '../../test/data-folders.ts';
import { type GoldenCase, goldenCases } from '../../test/golden-cases.ts';
import { normalize } from './normalize.ts';
import { type PadSequencesOptions, padSequences, type Sequences } from './pad-sequences.ts';
import { toCategorical } from './to-categorical.ts';

describe.skipIf(isMissing(GOLDENS, 'utils.json'))('goldens of Python Keras', () => {
  const check = (functionName: string, count: number, run: (golden: GoldenCase) => HostArray): void => {
    const cases = isMissing(GOLDENS, 'utils.json') ? [] : goldenCases(functionName);
    it(`${functionName}: ${count} cases`, () => expect(cases).toHaveLength(count));
    it.each(cases)('$id', (golden) => {
      const [result, expected] = [run(golden), golden.expected as HostArray];
      expect([result.dtype, result.shape]).toEqual([expected.dtype, expected.shape]);
      for (let i = 0; i < expected.size; i++) {
        const tolerance = 1e-5 + 1e-4 * Math.abs(expected.get(i));
        expect(Math.abs(result.get(i) - expected.get(i)), `element ${i}`).toBeLessThanOrEqual(tolerance);
      }
    });
  };

  check('pad_sequences', 7, ({ args, inputs }) =>
    padSequences(inputs.sequences as Sequences, args as PadSequencesOptions),
  );
  check('to_categorical', 4, ({ args, inputs }) => {
    const numClasses = args.num_classes as number | undefined;
    return toCategorical(inputs.x as HostArray, numClasses === undefined ? {} : { numClasses });
  });
  check('normalize', 4, ({ args, inputs }) => normalize(inputs.x as HostArray, args));
});

describe('toCategorical', () => {
  it('takes lists, typed arrays and the number of classes alone', () => {
    expect(toCategorical([0, 2], 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(toCategorical(Uint8Array.of(1, 0)).toArray()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(toCategorical([[1], [0]]).shape).toEqual([2, 2]);
    expect(toCategorical(new HostArray(Uint8Array.of(1, 0, 1), [3, 1]), 2).shape).toEqual([3, 2]);
  });

  it.each([
    [[0, 5], 5, 'toCategorical: `x` must be class numbers, integers from 0 to 4. Received: 5. It is element 1.'],
    [[-1], 5, 'toCategorical: `x` must be class numbers, integers from 0 to 4. Received: -1. It is element 0.'],
    [[0.5], 5, 'toCategorical: `x` must be class numbers, integers from 0 to 4. Received: 0.5. It is element 0.'],
    [[0], 0, 'toCategorical: `numClasses` must be a positive integer. Received: 0.'],
    [[0], 1.5, 'toCategorical: `numClasses` must be a positive integer. Received: 1.5.'],
  ])('refuses %j with %d classes', (x, numClasses, message) => {
    expect(() => toCategorical(x, numClasses)).toThrow(message);
  });
});

describe('padSequences', () => {
  it('takes typed arrays, as the texts of imdb and reuters come', () => {
    const padded = padSequences([Int32Array.of(1, 2, 3), new Int32Array()], { maxlen: 2 });
    expect([padded.dtype, padded.toArray()]).toEqual([
      'int32',
      [
        [2, 3],
        [0, 0],
      ],
    ]);
  });

  it('takes strings', () => {
    const padded = padSequences([['a'], ['b', 'c']], { dtype: 'string', value: '-' });
    expect(padded.toArray()).toEqual([
      ['-', 'a'],
      ['b', 'c'],
    ]);
  });

  it('cuts fractions off for integers', () => {
    expect(padSequences([[1.9], [2, -3.9]], { value: 0.5 }).toArray()).toEqual([
      [0, 1],
      [2, -3],
    ]);
  });

  it('keeps values of float16', () => {
    const padded = padSequences([[0.5], [1, 2]], { dtype: 'float16', value: -1 });
    expect([padded.get(0), padded.get(1), padded.get(3)]).toEqual([-1, 0.5, 2]);
  });

  it('makes an empty array of no sequences', () => {
    expect(padSequences([]).shape).toEqual([0, 0]);
    expect(padSequences([[], []], { maxlen: 3 }).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it.each([
    [[[1]], { maxlen: 0 }, 'padSequences: `maxlen` must be a positive integer. Received: 0.'],
    [[[1]], { padding: 'left' }, "padSequences: `padding` must be one of 'pre', 'post'. Received: 'left'."],
    [[[1]], { truncating: 'left' }, "padSequences: `truncating` must be one of 'pre', 'post'. Received: 'left'."],
    [[[1]], { value: 'x' }, "padSequences: `value` must be a number for dtype 'int32'. Received: 'x'."],
    [[[1], 2], {}, 'padSequences: `sequences` must be a list of sequences. Received: 2. It is item 1.'],
    [7, {}, 'padSequences: `sequences` must be a list of sequences. Received: 7.'],
    [
      [[[1, 2]], [[1, 2], [3]]],
      {},
      'padSequences: the items of all sequences must have shape [2], as the first one. Received: [1] in sequence 1.',
    ],
    [
      [[1], [[1, 2]]],
      {},
      'padSequences: the items of all sequences must have shape [], as the first one. Received: [2] in sequence 1.',
    ],
  ])('refuses %j with %j', (sequences, options, message) => {
    expect(() => padSequences(sequences as Sequences, options as PadSequencesOptions)).toThrow(message);
  });
});

describe('normalize', () => {
  it('works along any axis', () => {
    expect(
      normalize(
        [
          [3, 0],
          [4, 0],
        ],
        { axis: 0 },
      ).toArray(),
    ).toEqual([
      [Math.fround(0.6), 0],
      [Math.fround(0.8), 0],
    ]);
  });

  // ‖(1, -2, 4, 0)‖ by hand: max 4, min 0 (taken as 1), 3 that are not 0, cube root of 1 + 8 + 64
  it.each([
    [Infinity, 4],
    [-Infinity, 1],
    [0, 3],
    [1, 7],
    [3, Math.cbrt(73)],
  ])('of order %d', (order, norm) => {
    const result = normalize([[1, -2, 4, 0]], { order });
    for (const [i, value] of [1, -2, 4, 0].entries()) expect(result.get(i)).toBeCloseTo(value / norm, 6);
  });

  it('refuses an axis or an order that does not exist', () => {
    expect(() => normalize([[1]], { axis: 2 })).toThrow(
      'normalize: axis 2 is out of range for rank 2: expected -2 … 1.',
    );
    expect(() => normalize([1], { order: Number.NaN })).toThrow('normalize: `order` must be a number. Received: NaN.');
  });
});
