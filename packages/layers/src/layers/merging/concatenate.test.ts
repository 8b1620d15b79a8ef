import { cpu } from '@capas/backend-cpu';
import { scope, toTensor, useBackend } from '@capas/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkLayer } from '../../testing/check-layer.ts';
import { Concatenate, concatenate } from './concatenate.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

const [a, b] = [[[1, 2]], [[3]]];

describe('Concatenate', () => {
  test('keeps the layer contract', () => {
    const inputShape = [
      [2, 3, 4],
      [2, 3, 5],
    ];
    checkLayer(Concatenate, { config: {}, inputShape, outputShape: [2, 3, 9] });
    checkLayer(Concatenate, {
      config: { axis: 1 },
      inputShape: [
        [2, 3],
        [2, 1],
        [2, 2],
      ],
      outputShape: [2, 6],
    });
  });

  test('puts tensors together', () => {
    scope(() => {
      expect(
        concatenate()
          .apply([toTensor(a), toTensor(b)])
          .arraySync(),
      ).toEqual([[1, 2, 3]]);
    });
  });

  test('an unknown size makes the sum unknown', () => {
    expect(
      concatenate().computeOutputShape([
        [null, null],
        [null, 2],
      ]),
    ).toEqual([null, null]);
  });

  test('refuses shapes that differ elsewhere, and a single input', () => {
    const layer = concatenate({ name: 'join' });
    expect(() => layer.apply([toTensor([[1, 2]]), toTensor([[1], [2]])])).toThrow(
      "Layer 'join': inputs must have equal shapes but for axis 1. Received: [1, 2] and [2, 1].",
    );
    expect(() => layer.apply(toTensor(a))).toThrow(
      "Layer 'join' joins a list of inputs: call it on [a, b]. Received: one input of shape [1, 2].",
    );
    expect(() => concatenate({ axis: 2, name: 'far' }).apply([toTensor(a), toTensor(b)])).toThrow(
      "Layer 'far': axis 2 is out of range for rank 2: expected -2 … 1.",
    );
  });
});
