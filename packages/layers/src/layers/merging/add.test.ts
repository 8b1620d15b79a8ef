import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Add, add } from './add.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

describe('Add', () => {
  test('keeps the layer contract', () => {
    checkLayer(Add, {
      config: {},
      inputShape: [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      outputShape: [2, 3],
    });
    checkLayer(Add, {
      config: {},
      inputShape: [
        [2, 4, 3],
        [2, 3],
      ],
      outputShape: [2, 4, 3],
    });
  });

  test('adds element by element', () => {
    scope(() => {
      const terms = [toTensor([[1, 2]]), toTensor([[10, 20]]), toTensor([[100, 200]])];
      expect(add().apply(terms).arraySync()).toEqual([[111, 222]]);
    });
  });

  test('an axis that is missing stands behind the batch', () => {
    scope(() => {
      const [matrix, rows] = [
        toTensor([
          [
            [1, 2],
            [3, 4],
          ],
        ]),
        toTensor([[10, 20]]),
      ];
      // [10, 20] is added to both rows
      expect(add().apply([matrix, rows]).arraySync()).toEqual([
        [
          [11, 22],
          [13, 24],
        ],
      ]);
    });
  });

  test('refuses shapes that cannot be broadcast, and a single input', () => {
    expect(() => add({ name: 'sum' }).apply([toTensor([[1, 2]]), toTensor([[1, 2, 3]])])).toThrow("Layer 'sum'");
    expect(() => add({ name: 'sum' }).apply(toTensor([[1]]))).toThrow(
      "Layer 'sum' joins a list of inputs: call it on [a, b]. Received: one input of shape [1, 1].",
    );
  });
});
