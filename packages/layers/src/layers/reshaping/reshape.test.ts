import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Reshape, reshape } from './reshape.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Reshape', () => {
  test.each([
    { targetShape: [2, 6], outputShape: [2, 2, 6] },
    { targetShape: [-1], outputShape: [2, 12] },
    { targetShape: [4, -1, 1], outputShape: [2, 4, 3, 1] },
  ])('keeps the layer contract: $targetShape', ({ targetShape, outputShape }) => {
    checkLayer(Reshape, { config: { targetShape }, inputShape: [2, 3, 4], outputShape });
  });

  test('the elements keep their order', () => {
    scope(() => {
      expect(
        reshape({ targetShape: [2, 2] })
          .apply(toTensor([[1, 2, 3, 4]]))
          .arraySync(),
      ).toEqual([
        [
          [1, 2],
          [3, 4],
        ],
      ]);
    });
  });

  test('what depends on an unknown axis is unknown', () => {
    expect(reshape({ targetShape: [-1, 2] }).computeOutputShape([null, null, 4])).toEqual([null, null, 2]);
  });

  test('refuses shapes that do not fit', () => {
    expect(() => reshape({ targetShape: [5], name: 'five' }).apply(toTensor([[1, 2, 3, 4]]))).toThrow(
      "Reshape 'five': samples of shape [4] (4 elements) cannot become [5].",
    );
    expect(() => reshape({ targetShape: [3, -1], name: 'three' }).apply(toTensor([[1, 2, 3, 4]]))).toThrow(
      "Reshape 'three': samples of shape [4] (4 elements) cannot become [3, -1].",
    );
  });

  test.each([
    [[-1, -1], '[-1, -1]'],
    [[2.5], '[2.5]'],
    [3, '3'],
    [[-2], '[-2]'],
  ])('refuses targetShape = %s', (targetShape, shown) => {
    expect(() => reshape({ targetShape: targetShape as number[] })).toThrow(
      `Reshape: \`targetShape\` must be a list of sizes, at most one of them -1. Received: ${shown}.`,
    );
  });
});
