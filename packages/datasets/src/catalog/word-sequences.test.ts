import { HostArray } from '@capas/core';
import { describe, expect, it } from 'vitest';
import { limitWords, orderRows, parseWordIndex, type WordOptions, wordSettings } from './word-sequences.ts';

const prepare = (options: WordOptions): { x: number[][]; y: readonly number[] } => {
  const settings = wordSettings('imdb.load', options);
  const labels = new HostArray(Int32Array.of(0, 1, 0));
  const { x, y } = orderRows('imdb.load', [[1, 2], [3], [4, 5, 6]], labels, Int32Array.of(2, 0, 1), settings);
  return { x: limitWords(x, settings).map((sequence) => [...sequence]), y };
};

describe('word options', () => {
  it('order the rows, add 3 to each rank, start with 1, and leave out the greatest word as Keras does', () => {
    expect(prepare({})).toEqual({
      x: [
        [1, 7, 8, 2],
        [1, 4, 5],
        [1, 6],
      ],
      y: [0, 0, 1],
    });
  });

  it('numWords and skipTop replace words by oovChar', () => {
    expect(prepare({ numWords: 8, skipTop: 5, oovChar: 99 }).x).toEqual([
      [99, 7, 99, 99],
      [99, 99, 5],
      [99, 6],
    ]);
  });

  it('oovChar null drops them', () => {
    expect(prepare({ numWords: 8, skipTop: 5, oovChar: null }).x).toEqual([[7], [5], [6]]);
  });

  it('startChar null starts with the first word, indexFrom 0 keeps the ranks', () => {
    expect(prepare({ numWords: 100, startChar: null, indexFrom: 0 }).x).toEqual([[4, 5, 6], [1, 2], [3]]);
  });

  it('maxlen keeps what is shorter, the start counted', () => {
    expect(prepare({ numWords: 100, maxlen: 3 })).toEqual({ x: [[1, 6]], y: [1] });
  });

  it.each([
    [
      { maxlen: 1 },
      'imdb.load: `maxlen` must be longer than the shortest sequence. Received: 1. No sequence was kept.',
    ],
    [{ numWords: 0 }, 'imdb.load: `numWords` must be a positive integer. Received: 0.'],
    [{ skipTop: -1 }, 'imdb.load: `skipTop` must be an integer of at least 0. Received: -1.'],
    [{ seed: 2 ** 32 }, 'imdb.load: `seed` must be an integer from 0 to 4294967295. Received: 4294967296.'],
    [{ seed: -1 }, 'imdb.load: `seed` must be an integer from 0 to 4294967295. Received: -1.'],
    [{ indexFrom: 0.5 }, 'imdb.load: `indexFrom` must be an integer of at least 0. Received: 0.5.'],
    [{ startChar: -1 }, 'imdb.load: `startChar` must be an integer of at least 0. Received: -1.'],
  ])('%j is refused', (options, message) => {
    expect(() => prepare(options)).toThrow(message);
  });
});

it('a word index holds words that are names of object members', () => {
  const index = parseWordIndex(new TextEncoder().encode('{"constructor": 4, "__proto__": 5}'));
  expect([index.get('constructor'), index.get('__proto__'), index.get('toString')]).toEqual([4, 5, undefined]);
});
